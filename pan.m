#define rand	pan_rand
#define pthread_equal(a,b)	((a)==(b))
#if defined(HAS_CODE) && defined(VERBOSE)
	#ifdef BFS_PAR
		bfs_printf("Pr: %d Tr: %d\n", II, t->forw);
	#else
		cpu_printf("Pr: %d Tr: %d\n", II, t->forw);
	#endif
#endif
	switch (t->forw) {
	default: Uerror("bad forward move");
	case 0:	/* if without executable clauses */
		continue;
	case 1: /* generic 'goto' or 'skip' */
		IfNotBlocked
		_m = 3; goto P999;
	case 2: /* generic 'else' */
		IfNotBlocked
		if (trpt->o_pm&1) continue;
		_m = 3; goto P999;

		 /* CLAIM a_job_that_waits_runs */
	case 3: // STATE 1 - _spin_nvr.tmp:3 - [((!(!(waits))&&!(ran)))] (0:0:0 - 1)
		
#if defined(VERI) && !defined(NP)
#if NCLAIMS>1
		{	static int reported1 = 0;
			if (verbose && !reported1)
			{	int nn = (int) ((Pclaim *)pptr(0))->_n;
				printf("depth %ld: Claim %s (%d), state %d (line %d)\n",
					depth, procname[spin_c_typ[nn]], nn, (int) ((Pclaim *)pptr(0))->_p, src_claim[ (int) ((Pclaim *)pptr(0))->_p ]);
				reported1 = 1;
				fflush(stdout);
		}	}
#else
		{	static int reported1 = 0;
			if (verbose && !reported1)
			{	printf("depth %d: Claim, state %d (line %d)\n",
					(int) depth, (int) ((Pclaim *)pptr(0))->_p, src_claim[ (int) ((Pclaim *)pptr(0))->_p ]);
				reported1 = 1;
				fflush(stdout);
		}	}
#endif
#endif
		reached[3][1] = 1;
		if (!(( !( !(((int)now.waits)))&& !(((int)now.ran)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 4: // STATE 8 - _spin_nvr.tmp:8 - [(!(ran))] (0:0:0 - 1)
		
#if defined(VERI) && !defined(NP)
#if NCLAIMS>1
		{	static int reported8 = 0;
			if (verbose && !reported8)
			{	int nn = (int) ((Pclaim *)pptr(0))->_n;
				printf("depth %ld: Claim %s (%d), state %d (line %d)\n",
					depth, procname[spin_c_typ[nn]], nn, (int) ((Pclaim *)pptr(0))->_p, src_claim[ (int) ((Pclaim *)pptr(0))->_p ]);
				reported8 = 1;
				fflush(stdout);
		}	}
#else
		{	static int reported8 = 0;
			if (verbose && !reported8)
			{	printf("depth %d: Claim, state %d (line %d)\n",
					(int) depth, (int) ((Pclaim *)pptr(0))->_p, src_claim[ (int) ((Pclaim *)pptr(0))->_p ]);
				reported8 = 1;
				fflush(stdout);
		}	}
#endif
#endif
		reached[3][8] = 1;
		if (!( !(((int)now.ran))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 5: // STATE 13 - _spin_nvr.tmp:10 - [-end-] (0:0:0 - 1)
		
#if defined(VERI) && !defined(NP)
#if NCLAIMS>1
		{	static int reported13 = 0;
			if (verbose && !reported13)
			{	int nn = (int) ((Pclaim *)pptr(0))->_n;
				printf("depth %ld: Claim %s (%d), state %d (line %d)\n",
					depth, procname[spin_c_typ[nn]], nn, (int) ((Pclaim *)pptr(0))->_p, src_claim[ (int) ((Pclaim *)pptr(0))->_p ]);
				reported13 = 1;
				fflush(stdout);
		}	}
#else
		{	static int reported13 = 0;
			if (verbose && !reported13)
			{	printf("depth %d: Claim, state %d (line %d)\n",
					(int) depth, (int) ((Pclaim *)pptr(0))->_p, src_claim[ (int) ((Pclaim *)pptr(0))->_p ]);
				reported13 = 1;
				fflush(stdout);
		}	}
#endif
#endif
		reached[3][13] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC :init: */
	case 6: // STATE 1 - /work/wt/proofs/tests/model/claims.pml:479 - [i = 0] (0:8:2 - 1)
		IfNotBlocked
		reached[2][1] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P2 *)_this)->_6_20_i);
		((P2 *)_this)->_6_20_i = 0;
#ifdef VAR_RANGES
		logval(":init::i", ((int)((P2 *)_this)->_6_20_i));
#endif
		;
		/* merge: i = 0(8, 2, 8) */
		reached[2][2] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P2 *)_this)->_6_20_i);
		((P2 *)_this)->_6_20_i = 0;
#ifdef VAR_RANGES
		logval(":init::i", ((int)((P2 *)_this)->_6_20_i));
#endif
		;
		/* merge: .(goto)(0, 9, 8) */
		reached[2][9] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 7: // STATE 3 - /work/wt/proofs/tests/model/claims.pml:479 - [((i<=(1-1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[2][3] = 1;
		if (!((((int)((P2 *)_this)->_6_20_i)<=(1-1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 8: // STATE 4 - /work/wt/proofs/tests/model/claims.pml:479 - [(run shard(i))] (0:0:0 - 1)
		IfNotBlocked
		reached[2][4] = 1;
		if (!(addproc(II, 1, 0, ((int)((P2 *)_this)->_6_20_i))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 9: // STATE 5 - /work/wt/proofs/tests/model/claims.pml:479 - [i = (i+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[2][5] = 1;
		(trpt+1)->bup.oval = ((int)((P2 *)_this)->_6_20_i);
		((P2 *)_this)->_6_20_i = (((int)((P2 *)_this)->_6_20_i)+1);
#ifdef VAR_RANGES
		logval(":init::i", ((int)((P2 *)_this)->_6_20_i));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 10: // STATE 11 - /work/wt/proofs/tests/model/claims.pml:480 - [i = 0] (0:17:1 - 3)
		IfNotBlocked
		reached[2][11] = 1;
		(trpt+1)->bup.oval = ((int)((P2 *)_this)->_6_20_i);
		((P2 *)_this)->_6_20_i = 0;
#ifdef VAR_RANGES
		logval(":init::i", ((int)((P2 *)_this)->_6_20_i));
#endif
		;
		/* merge: .(goto)(0, 18, 17) */
		reached[2][18] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 11: // STATE 12 - /work/wt/proofs/tests/model/claims.pml:480 - [((i<=(1-1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[2][12] = 1;
		if (!((((int)((P2 *)_this)->_6_20_i)<=(1-1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 12: // STATE 13 - /work/wt/proofs/tests/model/claims.pml:480 - [(run worker(i))] (0:0:0 - 1)
		IfNotBlocked
		reached[2][13] = 1;
		if (!(addproc(II, 1, 1, ((int)((P2 *)_this)->_6_20_i))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 13: // STATE 14 - /work/wt/proofs/tests/model/claims.pml:480 - [i = (i+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[2][14] = 1;
		(trpt+1)->bup.oval = ((int)((P2 *)_this)->_6_20_i);
		((P2 *)_this)->_6_20_i = (((int)((P2 *)_this)->_6_20_i)+1);
#ifdef VAR_RANGES
		logval(":init::i", ((int)((P2 *)_this)->_6_20_i));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 14: // STATE 21 - /work/wt/proofs/tests/model/claims.pml:485 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[2][21] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC worker */
	case 15: // STATE 1 - /work/wt/proofs/tests/model/claims.pml:437 - [inbox[w]?home,is_job] (0:0:2 - 1)
		reached[1][1] = 1;
		if (q_len(now.inbox[ Index(((int)((P1 *)_this)->w), 1) ]) == 0) continue;

		XX=1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P1 *)_this)->home);
		(trpt+1)->bup.ovals[1] = ((int)((P1 *)_this)->is_job);
		;
		((P1 *)_this)->home = qrecv(now.inbox[ Index(((int)((P1 *)_this)->w), 1) ], XX-1, 0, 0);
#ifdef VAR_RANGES
		logval("worker:home", ((int)((P1 *)_this)->home));
#endif
		;
		((P1 *)_this)->is_job = qrecv(now.inbox[ Index(((int)((P1 *)_this)->w), 1) ], XX-1, 1, 1);
#ifdef VAR_RANGES
		logval("worker:is_job", ((int)((P1 *)_this)->is_job));
#endif
		;
		
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[32];
			sprintf(simvals, "%d?", now.inbox[ Index(((int)((P1 *)_this)->w), 1) ]);
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->home)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", ((int)((P1 *)_this)->is_job)); strcat(simvals, simtmp);		}
#endif
		;
		_m = 4; goto P999; /* 0 */
	case 16: // STATE 2 - /work/wt/proofs/tests/model/claims.pml:414 - [(is_job)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][2] = 1;
		if (!(((int)((P1 *)_this)->is_job)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 17: // STATE 3 - /work/wt/proofs/tests/model/claims.pml:414 - [box[home]!JOB_DONE] (13:0:0 - 1)
		IfNotBlocked
		reached[1][3] = 1;
		if (q_full(now.box[ Index(((int)((P1 *)_this)->home), 1) ]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[ Index(((int)((P1 *)_this)->home), 1) ]);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[ Index(((int)((P1 *)_this)->home), 1) ], 0, 3, 0, 1);
		/* merge: .(goto)(0, 7, 13) */
		reached[1][7] = 1;
		;
		_m = 2; goto P999; /* 1 */
	case 18: // STATE 5 - /work/wt/proofs/tests/model/claims.pml:415 - [box[home]!CALL_DONE] (13:0:0 - 1)
		IfNotBlocked
		reached[1][5] = 1;
		if (q_full(now.box[ Index(((int)((P1 *)_this)->home), 1) ]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[ Index(((int)((P1 *)_this)->home), 1) ]);
		sprintf(simtmp, "%d", 4); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[ Index(((int)((P1 *)_this)->home), 1) ], 0, 4, 0, 1);
		/* merge: .(goto)(0, 7, 13) */
		reached[1][7] = 1;
		;
		_m = 2; goto P999; /* 1 */
	case 19: // STATE 10 - /work/wt/proofs/tests/model/claims.pml:109 - [assert(((word[w]&7)>0))] (0:111:1 - 1)
		IfNotBlocked
		reached[1][10] = 1;
		spin_assert(((((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ])&7)>0), "((word[w]&7)>0)", II, tt, t);
		/* merge: word[w] = (((word[w]&7)-1)|(word[w]&16))(111, 11, 111) */
		reached[1][11] = 1;
		(trpt+1)->bup.oval = ((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ]);
		now.word[ Index(((P1 *)_this)->w, 1) ] = (((((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ])&7)-1)|(((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ])&16));
#ifdef VAR_RANGES
		logval("word[worker:w]", ((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 20: // STATE 14 - /work/wt/proofs/tests/model/claims.pml:421 - [((((1==1)||is_job)||((word[w]&7)==0)))] (0:0:1 - 1)
		IfNotBlocked
		reached[1][14] = 1;
		if (!((((1==1)||((int)((P1 *)_this)->is_job))||((((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ])&7)==0))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: is_job */  (trpt+1)->bup.oval = ((P1 *)_this)->is_job;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->is_job = 0;
		_m = 3; goto P999; /* 0 */
	case 21: // STATE 15 - /work/wt/proofs/tests/model/claims.pml:187 - [((jobs_turn>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][15] = 1;
		if (!((now.jobs_turn>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 22: // STATE 16 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (21:0:3 - 1)
		IfNotBlocked
		reached[1][16] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(21, 17, 21) */
		reached[1][17] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(21, 18, 21) */
		reached[1][18] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(21, 19, 21) */
		reached[1][19] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(21, 20, 21) */
		reached[1][20] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 23: // STATE 21 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (74:0:1 - 1)
		IfNotBlocked
		reached[1][21] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(74, 22, 74) */
		reached[1][22] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(74, 25, 74) */
		reached[1][25] = 1;
		;
		/* merge: .(goto)(0, 30, 74) */
		reached[1][30] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 24: // STATE 25 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:74:0 - 2)
		IfNotBlocked
		reached[1][25] = 1;
		;
		/* merge: .(goto)(0, 30, 74) */
		reached[1][30] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 25: // STATE 28 - /work/wt/proofs/tests/model/claims.pml:188 - [((jobs_turn==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][28] = 1;
		if (!((now.jobs_turn==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 26: // STATE 31 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (88:0:1 - 1)
		IfNotBlocked
		reached[1][31] = 1;
		if (!(((int)((P1 *)_this)->told)))
			continue;
		/* merge: turn = !(turn)(0, 32, 88) */
		reached[1][32] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 73, 88) */
		reached[1][73] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 27: // STATE 34 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&turn)&&hungry_jobs))))] (88:0:1 - 1)
		IfNotBlocked
		reached[1][34] = 1;
		if (!(( !(((int)((P1 *)_this)->told))&& !(((1&&((int)now.turn))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: turn = !(turn)(0, 35, 88) */
		reached[1][35] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 73, 88) */
		reached[1][73] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 28: // STATE 37 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&turn)&&hungry_jobs))] (52:0:2 - 1)
		IfNotBlocked
		reached[1][37] = 1;
		if (!((( !(((int)((P1 *)_this)->told))&&((int)now.turn))&&((int)now.hungry_jobs))))
			continue;
		/* merge: turn = !(turn)(52, 38, 52) */
		reached[1][38] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(52, 39, 52) */
		reached[1][39] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 29: // STATE 41 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (46:0:3 - 1)
		IfNotBlocked
		reached[1][41] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(46, 42, 46) */
		reached[1][42] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(46, 43, 46) */
		reached[1][43] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(46, 44, 46) */
		reached[1][44] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(46, 45, 46) */
		reached[1][45] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 30: // STATE 46 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (70:0:1 - 1)
		IfNotBlocked
		reached[1][46] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(70, 47, 70) */
		reached[1][47] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(70, 50, 70) */
		reached[1][50] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 31: // STATE 50 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:70:0 - 2)
		IfNotBlocked
		reached[1][50] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 32: // STATE 53 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][53] = 1;
		if (!(((int)((P1 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 33: // STATE 55 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:68:1 - 1)
		IfNotBlocked
		reached[1][55] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(68, 56, 68) */
		reached[1][56] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 34: // STATE 58 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (62:0:2 - 1)
		IfNotBlocked
		reached[1][58] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(62, 59, 62) */
		reached[1][59] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(62, 60, 62) */
		reached[1][60] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(62, 61, 62) */
		reached[1][61] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 35: // STATE 62 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (88:0:3 - 1)
		IfNotBlocked
		reached[1][62] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(88, 63, 88) */
		reached[1][63] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->told = 0;
		/* merge: .(goto)(88, 66, 88) */
		reached[1][66] = 1;
		;
		/* merge: told = 0(88, 69, 88) */
		reached[1][69] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 71, 88) */
		reached[1][71] = 1;
		;
		/* merge: .(goto)(0, 73, 88) */
		reached[1][73] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 36: // STATE 66 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:88:1 - 2)
		IfNotBlocked
		reached[1][66] = 1;
		;
		/* merge: told = 0(88, 69, 88) */
		reached[1][69] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 71, 88) */
		reached[1][71] = 1;
		;
		/* merge: .(goto)(0, 73, 88) */
		reached[1][73] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 37: // STATE 64 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (88:0:1 - 1)
		IfNotBlocked
		reached[1][64] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(88, 66, 88) */
		reached[1][66] = 1;
		;
		/* merge: told = 0(88, 69, 88) */
		reached[1][69] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 71, 88) */
		reached[1][71] = 1;
		;
		/* merge: .(goto)(0, 73, 88) */
		reached[1][73] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 38: // STATE 75 - /work/wt/proofs/tests/model/claims.pml:191 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[1][75] = 1;
		if (!(((int)((P1 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 39: // STATE 76 - /work/wt/proofs/tests/model/claims.pml:191 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[1][76] = 1;
		if (!( !(((int)((P1 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 40: // STATE 77 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (81:0:2 - 1)
		IfNotBlocked
		reached[1][77] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(81, 78, 81) */
		reached[1][78] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(81, 79, 81) */
		reached[1][79] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(81, 80, 81) */
		reached[1][80] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 41: // STATE 81 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (104:0:1 - 1)
		IfNotBlocked
		reached[1][81] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(104, 82, 104) */
		reached[1][82] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(104, 85, 104) */
		reached[1][85] = 1;
		;
		/* merge: .(goto)(0, 89, 104) */
		reached[1][89] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 42: // STATE 85 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:104:0 - 2)
		IfNotBlocked
		reached[1][85] = 1;
		;
		/* merge: .(goto)(0, 89, 104) */
		reached[1][89] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 43: // STATE 83 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (104:0:0 - 1)
		IfNotBlocked
		reached[1][83] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(104, 85, 104) */
		reached[1][85] = 1;
		;
		/* merge: .(goto)(0, 89, 104) */
		reached[1][89] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 44: // STATE 90 - /work/wt/proofs/tests/model/claims.pml:192 - [(told)] (114:0:2 - 1)
		IfNotBlocked
		reached[1][90] = 1;
		if (!(((int)((P1 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P1 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->told = 0;
		/* merge: .(goto)(114, 105, 114) */
		reached[1][105] = 1;
		;
		/* merge: told = 0(114, 106, 114) */
		reached[1][106] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 110, 114) */
		reached[1][110] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 45: // STATE 91 - /work/wt/proofs/tests/model/claims.pml:192 - [(!(told))] (0:0:1 - 1)
		IfNotBlocked
		reached[1][91] = 1;
		if (!( !(((int)((P1 *)_this)->told))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.oval = ((P1 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->told = 0;
		_m = 3; goto P999; /* 0 */
	case 46: // STATE 92 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (97:0:3 - 1)
		IfNotBlocked
		reached[1][92] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(97, 93, 97) */
		reached[1][93] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(97, 94, 97) */
		reached[1][94] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(97, 95, 97) */
		reached[1][95] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(97, 96, 97) */
		reached[1][96] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 47: // STATE 97 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (114:0:3 - 1)
		IfNotBlocked
		reached[1][97] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(114, 98, 114) */
		reached[1][98] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->told = 0;
		/* merge: .(goto)(114, 101, 114) */
		reached[1][101] = 1;
		;
		/* merge: .(goto)(114, 105, 114) */
		reached[1][105] = 1;
		;
		/* merge: told = 0(114, 106, 114) */
		reached[1][106] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 110, 114) */
		reached[1][110] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 48: // STATE 101 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:114:1 - 2)
		IfNotBlocked
		reached[1][101] = 1;
		;
		/* merge: .(goto)(114, 105, 114) */
		reached[1][105] = 1;
		;
		/* merge: told = 0(114, 106, 114) */
		reached[1][106] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 110, 114) */
		reached[1][110] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 49: // STATE 106 - /work/wt/proofs/tests/model/claims.pml:193 - [told = 0] (0:114:1 - 3)
		IfNotBlocked
		reached[1][106] = 1;
		(trpt+1)->bup.oval = ((int)((P1 *)_this)->told);
		((P1 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("worker:told", ((int)((P1 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 110, 114) */
		reached[1][110] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 50: // STATE 108 - /work/wt/proofs/tests/model/claims.pml:422 - [((((1>1)&&!(is_job))&&((word[w]&7)!=0)))] (0:0:1 - 1)
		IfNotBlocked
		reached[1][108] = 1;
		if (!((((1>1)&& !(((int)((P1 *)_this)->is_job)))&&((((int)now.word[ Index(((int)((P1 *)_this)->w), 1) ])&7)!=0))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: is_job */  (trpt+1)->bup.oval = ((P1 *)_this)->is_job;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P1 *)_this)->is_job = 0;
		_m = 3; goto P999; /* 0 */
	case 51: // STATE 112 - /work/wt/proofs/tests/model/claims.pml:455 - [home = 0] (0:115:2 - 1)
		IfNotBlocked
		reached[1][112] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P1 *)_this)->home);
		((P1 *)_this)->home = 0;
#ifdef VAR_RANGES
		logval("worker:home", ((int)((P1 *)_this)->home));
#endif
		;
		/* merge: is_job = 0(115, 113, 115) */
		reached[1][113] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P1 *)_this)->is_job);
		((P1 *)_this)->is_job = 0;
#ifdef VAR_RANGES
		logval("worker:is_job", ((int)((P1 *)_this)->is_job));
#endif
		;
		/* merge: .(goto)(0, 116, 115) */
		reached[1][116] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 52: // STATE 118 - /work/wt/proofs/tests/model/claims.pml:458 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[1][118] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */

		 /* PROC shard */
	case 53: // STATE 1 - /work/wt/proofs/tests/model/claims.pml:382 - [((calls>0))] (70:0:1 - 1)
		IfNotBlocked
		reached[0][1] = 1;
		if (!((((int)((P0 *)_this)->calls)>0)))
			continue;
		/* merge: calls = (calls-1)(0, 2, 70) */
		reached[0][2] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->calls);
		((P0 *)_this)->calls = (((int)((P0 *)_this)->calls)-1);
#ifdef VAR_RANGES
		logval("shard:calls", ((int)((P0 *)_this)->calls));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 54: // STATE 4 - /work/wt/proofs/tests/model/claims.pml:266 - [(((waiting==0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][4] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 55: // STATE 5 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][5] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 56: // STATE 6 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:9:1 - 1)
		IfNotBlocked
		reached[0][6] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(9, 7, 9) */
		reached[0][7] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 57: // STATE 9 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (68:0:1 - 1)
		IfNotBlocked
		reached[0][9] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 10, 68) */
		reached[0][10] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 14, 68) */
		reached[0][14] = 1;
		;
		/* merge: .(goto)(0, 19, 68) */
		reached[0][19] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 58: // STATE 12 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][12] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 59: // STATE 17 - /work/wt/proofs/tests/model/claims.pml:267 - [(((waiting>0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][17] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 60: // STATE 20 - /work/wt/proofs/tests/model/claims.pml:271 - [(got)] (1132:0:2 - 1)
		IfNotBlocked
		reached[0][20] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(0, 21, 1132) */
		reached[0][21] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 69, 1132) */
		reached[0][69] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 61: // STATE 23 - /work/wt/proofs/tests/model/claims.pml:272 - [((!(got)&&asked))] (1132:0:1 - 1)
		IfNotBlocked
		reached[0][23] = 1;
		if (!(( !(((int)((P0 *)_this)->got))&&((int)((P0 *)_this)->asked))))
			continue;
		/* merge: waiting = (waiting+1)(0, 24, 1132) */
		reached[0][24] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)+1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 69, 1132) */
		reached[0][69] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 62: // STATE 26 - /work/wt/proofs/tests/model/claims.pml:273 - [((!(got)&&!(asked)))] (36:0:1 - 1)
		IfNotBlocked
		reached[0][26] = 1;
		if (!(( !(((int)((P0 *)_this)->got))&& !(((int)((P0 *)_this)->asked)))))
			continue;
		/* merge: waiting = (waiting+1)(0, 27, 36) */
		reached[0][27] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)+1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 63: // STATE 29 - /work/wt/proofs/tests/model/claims.pml:254 - [(asked)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][29] = 1;
		if (!(((int)((P0 *)_this)->asked)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 64: // STATE 30 - /work/wt/proofs/tests/model/claims.pml:255 - [(!(asked))] (67:0:3 - 1)
		IfNotBlocked
		reached[0][30] = 1;
		if (!( !(((int)((P0 *)_this)->asked))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: asked */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->asked;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->asked = 0;
		/* merge: asked = 1(67, 31, 67) */
		reached[0][31] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked);
		((P0 *)_this)->asked = 1;
#ifdef VAR_RANGES
		logval("shard:asked", ((int)((P0 *)_this)->asked));
#endif
		;
		/* merge: hungry_calls = (hungry_calls|(1<<me))(67, 32, 67) */
		reached[0][32] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)|(1<<((int)((P0 *)_this)->me)));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: .(goto)(0, 35, 67) */
		reached[0][35] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 65: // STATE 37 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][37] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 66: // STATE 38 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][38] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 67: // STATE 39 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][39] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 68: // STATE 40 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][40] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 69: // STATE 41 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:44:1 - 1)
		IfNotBlocked
		reached[0][41] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(44, 42, 44) */
		reached[0][42] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 70: // STATE 44 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (58:0:1 - 1)
		IfNotBlocked
		reached[0][44] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 45, 58) */
		reached[0][45] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 49, 58) */
		reached[0][49] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 71: // STATE 47 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][47] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 72: // STATE 52 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (62:0:3 - 1)
		IfNotBlocked
		reached[0][52] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(62, 53, 62) */
		reached[0][53] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(62, 54, 62) */
		reached[0][54] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 59, 62) */
		reached[0][59] = 1;
		;
		/* merge: .(goto)(0, 63, 62) */
		reached[0][63] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 73: // STATE 56 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][56] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 74: // STATE 60 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][60] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 75: // STATE 71 - /work/wt/proofs/tests/model/claims.pml:384 - [((to_come>0))] (239:0:4 - 1)
		IfNotBlocked
		reached[0][71] = 1;
		if (!((((int)((P0 *)_this)->to_come)>0)))
			continue;
		/* merge: to_come = (to_come-1)(239, 72, 239) */
		reached[0][72] = 1;
		(trpt+1)->bup.ovals = grab_ints(4);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->to_come);
		((P0 *)_this)->to_come = (((int)((P0 *)_this)->to_come)-1);
#ifdef VAR_RANGES
		logval("shard:to_come", ((int)((P0 *)_this)->to_come));
#endif
		;
		/* merge: jobs = (jobs+1)(239, 73, 239) */
		reached[0][73] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)+1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		/* merge: has_jobs = 1(239, 74, 239) */
		reached[0][74] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->has_jobs);
		((P0 *)_this)->has_jobs = 1;
#ifdef VAR_RANGES
		logval("shard:has_jobs", ((int)((P0 *)_this)->has_jobs));
#endif
		;
		/* merge: waits = 1(239, 75, 239) */
		reached[0][75] = 1;
		(trpt+1)->bup.ovals[3] = ((int)now.waits);
		now.waits = 1;
#ifdef VAR_RANGES
		logval("waits", ((int)now.waits));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 76: // STATE 77 - /work/wt/proofs/tests/model/claims.pml:305 - [(!(has_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][77] = 1;
		if (!( !(((int)((P0 *)_this)->has_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 77: // STATE 79 - /work/wt/proofs/tests/model/claims.pml:306 - [(has_jobs)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][79] = 1;
		if (!(((int)((P0 *)_this)->has_jobs)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 78: // STATE 80 - /work/wt/proofs/tests/model/claims.pml:284 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][80] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 79: // STATE 81 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:91:2 - 1)
		IfNotBlocked
		reached[0][81] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(91, 82, 91) */
		reached[0][82] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		/* merge: got = 1(91, 84, 91) */
		reached[0][84] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 80: // STATE 85 - /work/wt/proofs/tests/model/claims.pml:288 - [((jobs>0))] (87:0:1 - 1)
		IfNotBlocked
		reached[0][85] = 1;
		if (!((((int)((P0 *)_this)->jobs)>0)))
			continue;
		/* merge: jobs = (jobs-1)(0, 86, 87) */
		reached[0][86] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)-1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 81: // STATE 87 - /work/wt/proofs/tests/model/claims.pml:288 - [inbox[0]!me,1] (123:0:0 - 1)
		IfNotBlocked
		reached[0][87] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 1, 2);
		/* merge: .(goto)(123, 92, 123) */
		reached[0][92] = 1;
		;
		/* merge: .(goto)(0, 96, 123) */
		reached[0][96] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 82: // STATE 92 - /work/wt/proofs/tests/model/claims.pml:291 - [.(goto)] (0:123:0 - 2)
		IfNotBlocked
		reached[0][92] = 1;
		;
		/* merge: .(goto)(0, 96, 123) */
		reached[0][96] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 83: // STATE 89 - /work/wt/proofs/tests/model/claims.pml:289 - [given_up = 1] (0:123:2 - 1)
		IfNotBlocked
		reached[0][89] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 1;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: mine = 0(123, 90, 123) */
		reached[0][90] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		/* merge: .(goto)(123, 92, 123) */
		reached[0][92] = 1;
		;
		/* merge: .(goto)(0, 96, 123) */
		reached[0][96] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 84: // STATE 94 - /work/wt/proofs/tests/model/claims.pml:292 - [(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][94] = 1;
		if (!( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 85: // STATE 99 - /work/wt/proofs/tests/model/claims.pml:309 - [((got||asked_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][99] = 1;
		if (!((((int)((P0 *)_this)->got)||((int)((P0 *)_this)->asked_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 86: // STATE 100 - /work/wt/proofs/tests/model/claims.pml:310 - [((!(got)&&!(asked_jobs)))] (122:0:3 - 1)
		IfNotBlocked
		reached[0][100] = 1;
		if (!(( !(((int)((P0 *)_this)->got))&& !(((int)((P0 *)_this)->asked_jobs)))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: asked_jobs */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->asked_jobs;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->asked_jobs = 0;
		/* merge: asked_jobs = 1(122, 101, 122) */
		reached[0][101] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked_jobs);
		((P0 *)_this)->asked_jobs = 1;
#ifdef VAR_RANGES
		logval("shard:asked_jobs", ((int)((P0 *)_this)->asked_jobs));
#endif
		;
		/* merge: hungry_jobs = 1(122, 102, 122) */
		reached[0][102] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.hungry_jobs);
		now.hungry_jobs = 1;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 87: // STATE 104 - /work/wt/proofs/tests/model/claims.pml:284 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][104] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 88: // STATE 105 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:115:2 - 1)
		IfNotBlocked
		reached[0][105] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(115, 106, 115) */
		reached[0][106] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		/* merge: got = 1(115, 108, 115) */
		reached[0][108] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 89: // STATE 109 - /work/wt/proofs/tests/model/claims.pml:288 - [((jobs>0))] (111:0:1 - 1)
		IfNotBlocked
		reached[0][109] = 1;
		if (!((((int)((P0 *)_this)->jobs)>0)))
			continue;
		/* merge: jobs = (jobs-1)(0, 110, 111) */
		reached[0][110] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)-1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 90: // STATE 111 - /work/wt/proofs/tests/model/claims.pml:288 - [inbox[0]!me,1] (234:0:0 - 1)
		IfNotBlocked
		reached[0][111] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 1, 2);
		/* merge: .(goto)(234, 116, 234) */
		reached[0][116] = 1;
		;
		/* merge: .(goto)(0, 120, 234) */
		reached[0][120] = 1;
		;
		/* merge: .(goto)(0, 124, 234) */
		reached[0][124] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 91: // STATE 116 - /work/wt/proofs/tests/model/claims.pml:291 - [.(goto)] (0:234:0 - 2)
		IfNotBlocked
		reached[0][116] = 1;
		;
		/* merge: .(goto)(0, 120, 234) */
		reached[0][120] = 1;
		;
		/* merge: .(goto)(0, 124, 234) */
		reached[0][124] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 92: // STATE 113 - /work/wt/proofs/tests/model/claims.pml:289 - [given_up = 1] (0:234:2 - 1)
		IfNotBlocked
		reached[0][113] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 1;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: mine = 0(234, 114, 234) */
		reached[0][114] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		/* merge: .(goto)(234, 116, 234) */
		reached[0][116] = 1;
		;
		/* merge: .(goto)(0, 120, 234) */
		reached[0][120] = 1;
		;
		/* merge: .(goto)(0, 124, 234) */
		reached[0][124] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 93: // STATE 118 - /work/wt/proofs/tests/model/claims.pml:292 - [(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][118] = 1;
		if (!( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 94: // STATE 125 - /work/wt/proofs/tests/model/claims.pml:316 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][125] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 95: // STATE 127 - /work/wt/proofs/tests/model/claims.pml:317 - [((got&&!(given_up)))] (236:0:2 - 1)
		IfNotBlocked
		reached[0][127] = 1;
		if (!((((int)((P0 *)_this)->got)&& !(((int)((P0 *)_this)->given_up)))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(0, 128, 236) */
		reached[0][128] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 235, 236) */
		reached[0][235] = 1;
		;
		/* merge: .(goto)(0, 237, 236) */
		reached[0][237] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 96: // STATE 130 - /work/wt/proofs/tests/model/claims.pml:318 - [(given_up)] (138:0:4 - 1)
		IfNotBlocked
		reached[0][130] = 1;
		if (!(((int)((P0 *)_this)->given_up)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: given_up */  (trpt+1)->bup.ovals = grab_ints(4);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->given_up;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->given_up = 0;
		/* merge: given_up = 0(138, 131, 138) */
		reached[0][131] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 0;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: got = 0(138, 132, 138) */
		reached[0][132] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: has_jobs = 0(138, 133, 138) */
		reached[0][133] = 1;
		(trpt+1)->bup.ovals[3] = ((int)((P0 *)_this)->has_jobs);
		((P0 *)_this)->has_jobs = 0;
#ifdef VAR_RANGES
		logval("shard:has_jobs", ((int)((P0 *)_this)->has_jobs));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 97: // STATE 135 - /work/wt/proofs/tests/model/claims.pml:109 - [assert(((word[mine]&7)>0))] (0:232:2 - 1)
		IfNotBlocked
		reached[0][135] = 1;
		spin_assert(((((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&7)>0), "((word[mine]&7)>0)", II, tt, t);
		/* merge: word[mine] = (((word[mine]&7)-1)|(word[mine]&16))(232, 136, 232) */
		reached[0][136] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ]);
		now.word[ Index(((P0 *)_this)->mine, 1) ] = (((((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&7)-1)|(((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&16));
#ifdef VAR_RANGES
		logval("word[shard:mine]", ((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ]));
#endif
		;
		/* merge: mine = 0(232, 139, 232) */
		reached[0][139] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 98: // STATE 140 - /work/wt/proofs/tests/model/claims.pml:187 - [((jobs_turn>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][140] = 1;
		if (!((now.jobs_turn>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 99: // STATE 141 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (146:0:3 - 1)
		IfNotBlocked
		reached[0][141] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(146, 142, 146) */
		reached[0][142] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(146, 143, 146) */
		reached[0][143] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(146, 144, 146) */
		reached[0][144] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(146, 145, 146) */
		reached[0][145] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 100: // STATE 146 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (199:0:1 - 1)
		IfNotBlocked
		reached[0][146] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(199, 147, 199) */
		reached[0][147] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(199, 150, 199) */
		reached[0][150] = 1;
		;
		/* merge: .(goto)(0, 155, 199) */
		reached[0][155] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 101: // STATE 150 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:199:0 - 2)
		IfNotBlocked
		reached[0][150] = 1;
		;
		/* merge: .(goto)(0, 155, 199) */
		reached[0][155] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 102: // STATE 153 - /work/wt/proofs/tests/model/claims.pml:188 - [((jobs_turn==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][153] = 1;
		if (!((now.jobs_turn==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 103: // STATE 156 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (213:0:1 - 1)
		IfNotBlocked
		reached[0][156] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: turn = !(turn)(0, 157, 213) */
		reached[0][157] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 198, 213) */
		reached[0][198] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 104: // STATE 159 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&turn)&&hungry_jobs))))] (213:0:1 - 1)
		IfNotBlocked
		reached[0][159] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.turn))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: turn = !(turn)(0, 160, 213) */
		reached[0][160] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 198, 213) */
		reached[0][198] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 105: // STATE 162 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&turn)&&hungry_jobs))] (177:0:2 - 1)
		IfNotBlocked
		reached[0][162] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.turn))&&((int)now.hungry_jobs))))
			continue;
		/* merge: turn = !(turn)(177, 163, 177) */
		reached[0][163] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(177, 164, 177) */
		reached[0][164] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 106: // STATE 166 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (171:0:3 - 1)
		IfNotBlocked
		reached[0][166] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(171, 167, 171) */
		reached[0][167] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(171, 168, 171) */
		reached[0][168] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(171, 169, 171) */
		reached[0][169] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(171, 170, 171) */
		reached[0][170] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 107: // STATE 171 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (195:0:1 - 1)
		IfNotBlocked
		reached[0][171] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(195, 172, 195) */
		reached[0][172] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(195, 175, 195) */
		reached[0][175] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 108: // STATE 175 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:195:0 - 2)
		IfNotBlocked
		reached[0][175] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 109: // STATE 178 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][178] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 110: // STATE 180 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:193:1 - 1)
		IfNotBlocked
		reached[0][180] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(193, 181, 193) */
		reached[0][181] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 111: // STATE 183 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (187:0:2 - 1)
		IfNotBlocked
		reached[0][183] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(187, 184, 187) */
		reached[0][184] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(187, 185, 187) */
		reached[0][185] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(187, 186, 187) */
		reached[0][186] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 112: // STATE 187 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (213:0:3 - 1)
		IfNotBlocked
		reached[0][187] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(213, 188, 213) */
		reached[0][188] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(213, 191, 213) */
		reached[0][191] = 1;
		;
		/* merge: told = 0(213, 194, 213) */
		reached[0][194] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 196, 213) */
		reached[0][196] = 1;
		;
		/* merge: .(goto)(0, 198, 213) */
		reached[0][198] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 113: // STATE 191 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:213:1 - 2)
		IfNotBlocked
		reached[0][191] = 1;
		;
		/* merge: told = 0(213, 194, 213) */
		reached[0][194] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 196, 213) */
		reached[0][196] = 1;
		;
		/* merge: .(goto)(0, 198, 213) */
		reached[0][198] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 114: // STATE 189 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (213:0:1 - 1)
		IfNotBlocked
		reached[0][189] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(213, 191, 213) */
		reached[0][191] = 1;
		;
		/* merge: told = 0(213, 194, 213) */
		reached[0][194] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 196, 213) */
		reached[0][196] = 1;
		;
		/* merge: .(goto)(0, 198, 213) */
		reached[0][198] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 115: // STATE 200 - /work/wt/proofs/tests/model/claims.pml:191 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][200] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 116: // STATE 201 - /work/wt/proofs/tests/model/claims.pml:191 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][201] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 117: // STATE 202 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (206:0:2 - 1)
		IfNotBlocked
		reached[0][202] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(206, 203, 206) */
		reached[0][203] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(206, 204, 206) */
		reached[0][204] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(206, 205, 206) */
		reached[0][205] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 118: // STATE 206 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (229:0:1 - 1)
		IfNotBlocked
		reached[0][206] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(229, 207, 229) */
		reached[0][207] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(229, 210, 229) */
		reached[0][210] = 1;
		;
		/* merge: .(goto)(0, 214, 229) */
		reached[0][214] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 119: // STATE 210 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:229:0 - 2)
		IfNotBlocked
		reached[0][210] = 1;
		;
		/* merge: .(goto)(0, 214, 229) */
		reached[0][214] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 120: // STATE 208 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (229:0:0 - 1)
		IfNotBlocked
		reached[0][208] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(229, 210, 229) */
		reached[0][210] = 1;
		;
		/* merge: .(goto)(0, 214, 229) */
		reached[0][214] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 121: // STATE 215 - /work/wt/proofs/tests/model/claims.pml:192 - [(told)] (1132:0:2 - 1)
		IfNotBlocked
		reached[0][215] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 230, 1132) */
		reached[0][230] = 1;
		;
		/* merge: told = 0(1132, 231, 1132) */
		reached[0][231] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b2(0, 233, 1132) */
		reached[0][233] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 122: // STATE 216 - /work/wt/proofs/tests/model/claims.pml:192 - [(!(told))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][216] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.oval = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		_m = 3; goto P999; /* 0 */
	case 123: // STATE 217 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (222:0:3 - 1)
		IfNotBlocked
		reached[0][217] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(222, 218, 222) */
		reached[0][218] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(222, 219, 222) */
		reached[0][219] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(222, 220, 222) */
		reached[0][220] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(222, 221, 222) */
		reached[0][221] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 124: // STATE 222 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1132:0:3 - 1)
		IfNotBlocked
		reached[0][222] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1132, 223, 1132) */
		reached[0][223] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 226, 1132) */
		reached[0][226] = 1;
		;
		/* merge: .(goto)(1132, 230, 1132) */
		reached[0][230] = 1;
		;
		/* merge: told = 0(1132, 231, 1132) */
		reached[0][231] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b2(0, 233, 1132) */
		reached[0][233] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 125: // STATE 226 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1132:1 - 2)
		IfNotBlocked
		reached[0][226] = 1;
		;
		/* merge: .(goto)(1132, 230, 1132) */
		reached[0][230] = 1;
		;
		/* merge: told = 0(1132, 231, 1132) */
		reached[0][231] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b2(0, 233, 1132) */
		reached[0][233] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 126: // STATE 231 - /work/wt/proofs/tests/model/claims.pml:193 - [told = 0] (0:1132:1 - 3)
		IfNotBlocked
		reached[0][231] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b2(0, 233, 1132) */
		reached[0][233] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 127: // STATE 240 - /work/wt/proofs/tests/model/claims.pml:389 - [box[me]?CALL_DONE] (324:0:1 - 1)
		reached[0][240] = 1;
		if (q_len(now.box[ Index(((int)((P0 *)_this)->me), 1) ]) == 0) continue;

		XX=1;
		if (4 != qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], 0, 0, 0)) continue;
		
#ifndef BFS_PAR
		if (q_flds[((Q0 *)qptr(now.box[ Index(((int)((P0 *)_this)->me), 1) ]-1))->_t] != 1)
			Uerror("wrong nr of msg fields in rcv");
#endif
		;
		qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 1);
		
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[32];
			sprintf(simvals, "%d?", now.box[ Index(((int)((P0 *)_this)->me), 1) ]);
		sprintf(simtmp, "%d", 4); strcat(simvals, simtmp);		}
#endif
		;
		/* merge: calls = (calls+1)(0, 241, 324) */
		reached[0][241] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->calls);
		((P0 *)_this)->calls = (((int)((P0 *)_this)->calls)+1);
#ifdef VAR_RANGES
		logval("shard:calls", ((int)((P0 *)_this)->calls));
#endif
		;
		_m = 4; goto P999; /* 1 */
	case 128: // STATE 243 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (322:0:1 - 1)
		IfNotBlocked
		reached[0][243] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: homecoming = !(homecoming)(0, 244, 322) */
		reached[0][244] = 1;
		(trpt+1)->bup.oval = ((int)now.homecoming);
		now.homecoming =  !(((int)now.homecoming));
#ifdef VAR_RANGES
		logval("homecoming", ((int)now.homecoming));
#endif
		;
		/* merge: .(goto)(0, 285, 322) */
		reached[0][285] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 129: // STATE 246 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&homecoming)&&hungry_jobs))))] (322:0:1 - 1)
		IfNotBlocked
		reached[0][246] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.homecoming))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: homecoming = !(homecoming)(0, 247, 322) */
		reached[0][247] = 1;
		(trpt+1)->bup.oval = ((int)now.homecoming);
		now.homecoming =  !(((int)now.homecoming));
#ifdef VAR_RANGES
		logval("homecoming", ((int)now.homecoming));
#endif
		;
		/* merge: .(goto)(0, 285, 322) */
		reached[0][285] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 130: // STATE 249 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&homecoming)&&hungry_jobs))] (264:0:2 - 1)
		IfNotBlocked
		reached[0][249] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.homecoming))&&((int)now.hungry_jobs))))
			continue;
		/* merge: homecoming = !(homecoming)(264, 250, 264) */
		reached[0][250] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.homecoming);
		now.homecoming =  !(((int)now.homecoming));
#ifdef VAR_RANGES
		logval("homecoming", ((int)now.homecoming));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(264, 251, 264) */
		reached[0][251] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 131: // STATE 253 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (258:0:3 - 1)
		IfNotBlocked
		reached[0][253] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(258, 254, 258) */
		reached[0][254] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(258, 255, 258) */
		reached[0][255] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(258, 256, 258) */
		reached[0][256] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(258, 257, 258) */
		reached[0][257] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 132: // STATE 258 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (282:0:1 - 1)
		IfNotBlocked
		reached[0][258] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(282, 259, 282) */
		reached[0][259] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(282, 262, 282) */
		reached[0][262] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 133: // STATE 262 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:282:0 - 2)
		IfNotBlocked
		reached[0][262] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 134: // STATE 265 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][265] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 135: // STATE 267 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:280:1 - 1)
		IfNotBlocked
		reached[0][267] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(280, 268, 280) */
		reached[0][268] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 136: // STATE 270 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (274:0:2 - 1)
		IfNotBlocked
		reached[0][270] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(274, 271, 274) */
		reached[0][271] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(274, 272, 274) */
		reached[0][272] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(274, 273, 274) */
		reached[0][273] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 137: // STATE 274 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (322:0:3 - 1)
		IfNotBlocked
		reached[0][274] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(322, 275, 322) */
		reached[0][275] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(322, 278, 322) */
		reached[0][278] = 1;
		;
		/* merge: told = 0(322, 281, 322) */
		reached[0][281] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 283, 322) */
		reached[0][283] = 1;
		;
		/* merge: .(goto)(0, 285, 322) */
		reached[0][285] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 138: // STATE 278 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:322:1 - 2)
		IfNotBlocked
		reached[0][278] = 1;
		;
		/* merge: told = 0(322, 281, 322) */
		reached[0][281] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 283, 322) */
		reached[0][283] = 1;
		;
		/* merge: .(goto)(0, 285, 322) */
		reached[0][285] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 139: // STATE 276 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (322:0:1 - 1)
		IfNotBlocked
		reached[0][276] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(322, 278, 322) */
		reached[0][278] = 1;
		;
		/* merge: told = 0(322, 281, 322) */
		reached[0][281] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 283, 322) */
		reached[0][283] = 1;
		;
		/* merge: .(goto)(0, 285, 322) */
		reached[0][285] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 140: // STATE 287 - /work/wt/proofs/tests/model/claims.pml:332 - [(told)] (1132:0:2 - 1)
		IfNotBlocked
		reached[0][287] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: told = 0(0, 288, 1132) */
		reached[0][288] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 323, 1132) */
		reached[0][323] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 141: // STATE 290 - /work/wt/proofs/tests/model/claims.pml:333 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][290] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 142: // STATE 291 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][291] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 143: // STATE 292 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][292] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 144: // STATE 293 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][293] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 145: // STATE 294 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][294] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 146: // STATE 295 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:298:1 - 1)
		IfNotBlocked
		reached[0][295] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(298, 296, 298) */
		reached[0][296] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 147: // STATE 298 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (312:0:1 - 1)
		IfNotBlocked
		reached[0][298] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 299, 312) */
		reached[0][299] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 303, 312) */
		reached[0][303] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 148: // STATE 301 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][301] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 149: // STATE 306 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (316:0:3 - 1)
		IfNotBlocked
		reached[0][306] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(316, 307, 316) */
		reached[0][307] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(316, 308, 316) */
		reached[0][308] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 313, 316) */
		reached[0][313] = 1;
		;
		/* merge: .(goto)(0, 317, 316) */
		reached[0][317] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 150: // STATE 310 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][310] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 151: // STATE 314 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][314] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 152: // STATE 325 - /work/wt/proofs/tests/model/claims.pml:391 - [box[me]?JOB_DONE] (409:0:1 - 1)
		reached[0][325] = 1;
		if (q_len(now.box[ Index(((int)((P0 *)_this)->me), 1) ]) == 0) continue;

		XX=1;
		if (3 != qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], 0, 0, 0)) continue;
		
#ifndef BFS_PAR
		if (q_flds[((Q0 *)qptr(now.box[ Index(((int)((P0 *)_this)->me), 1) ]-1))->_t] != 1)
			Uerror("wrong nr of msg fields in rcv");
#endif
		;
		qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 1);
		
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[32];
			sprintf(simvals, "%d?", now.box[ Index(((int)((P0 *)_this)->me), 1) ]);
		sprintf(simtmp, "%d", 3); strcat(simvals, simtmp);		}
#endif
		;
		/* merge: ended = (ended+1)(0, 326, 409) */
		reached[0][326] = 1;
		(trpt+1)->bup.oval = ((int)now.ended);
		now.ended = (((int)now.ended)+1);
#ifdef VAR_RANGES
		logval("ended", ((int)now.ended));
#endif
		;
		_m = 4; goto P999; /* 1 */
	case 153: // STATE 328 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (407:0:1 - 1)
		IfNotBlocked
		reached[0][328] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: homecoming = !(homecoming)(0, 329, 407) */
		reached[0][329] = 1;
		(trpt+1)->bup.oval = ((int)now.homecoming);
		now.homecoming =  !(((int)now.homecoming));
#ifdef VAR_RANGES
		logval("homecoming", ((int)now.homecoming));
#endif
		;
		/* merge: .(goto)(0, 370, 407) */
		reached[0][370] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 154: // STATE 331 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&homecoming)&&hungry_jobs))))] (407:0:1 - 1)
		IfNotBlocked
		reached[0][331] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.homecoming))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: homecoming = !(homecoming)(0, 332, 407) */
		reached[0][332] = 1;
		(trpt+1)->bup.oval = ((int)now.homecoming);
		now.homecoming =  !(((int)now.homecoming));
#ifdef VAR_RANGES
		logval("homecoming", ((int)now.homecoming));
#endif
		;
		/* merge: .(goto)(0, 370, 407) */
		reached[0][370] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 155: // STATE 334 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&homecoming)&&hungry_jobs))] (349:0:2 - 1)
		IfNotBlocked
		reached[0][334] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.homecoming))&&((int)now.hungry_jobs))))
			continue;
		/* merge: homecoming = !(homecoming)(349, 335, 349) */
		reached[0][335] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.homecoming);
		now.homecoming =  !(((int)now.homecoming));
#ifdef VAR_RANGES
		logval("homecoming", ((int)now.homecoming));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(349, 336, 349) */
		reached[0][336] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 156: // STATE 338 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (343:0:3 - 1)
		IfNotBlocked
		reached[0][338] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(343, 339, 343) */
		reached[0][339] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(343, 340, 343) */
		reached[0][340] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(343, 341, 343) */
		reached[0][341] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(343, 342, 343) */
		reached[0][342] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 157: // STATE 343 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (367:0:1 - 1)
		IfNotBlocked
		reached[0][343] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(367, 344, 367) */
		reached[0][344] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(367, 347, 367) */
		reached[0][347] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 158: // STATE 347 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:367:0 - 2)
		IfNotBlocked
		reached[0][347] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 159: // STATE 350 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][350] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 160: // STATE 352 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:365:1 - 1)
		IfNotBlocked
		reached[0][352] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(365, 353, 365) */
		reached[0][353] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 161: // STATE 355 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (359:0:2 - 1)
		IfNotBlocked
		reached[0][355] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(359, 356, 359) */
		reached[0][356] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(359, 357, 359) */
		reached[0][357] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(359, 358, 359) */
		reached[0][358] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 162: // STATE 359 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (407:0:3 - 1)
		IfNotBlocked
		reached[0][359] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(407, 360, 407) */
		reached[0][360] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(407, 363, 407) */
		reached[0][363] = 1;
		;
		/* merge: told = 0(407, 366, 407) */
		reached[0][366] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 368, 407) */
		reached[0][368] = 1;
		;
		/* merge: .(goto)(0, 370, 407) */
		reached[0][370] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 163: // STATE 363 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:407:1 - 2)
		IfNotBlocked
		reached[0][363] = 1;
		;
		/* merge: told = 0(407, 366, 407) */
		reached[0][366] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 368, 407) */
		reached[0][368] = 1;
		;
		/* merge: .(goto)(0, 370, 407) */
		reached[0][370] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 164: // STATE 361 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (407:0:1 - 1)
		IfNotBlocked
		reached[0][361] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(407, 363, 407) */
		reached[0][363] = 1;
		;
		/* merge: told = 0(407, 366, 407) */
		reached[0][366] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 368, 407) */
		reached[0][368] = 1;
		;
		/* merge: .(goto)(0, 370, 407) */
		reached[0][370] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 165: // STATE 372 - /work/wt/proofs/tests/model/claims.pml:332 - [(told)] (572:0:2 - 1)
		IfNotBlocked
		reached[0][372] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: told = 0(0, 373, 572) */
		reached[0][373] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 408, 572) */
		reached[0][408] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 166: // STATE 375 - /work/wt/proofs/tests/model/claims.pml:333 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][375] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 167: // STATE 376 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][376] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 168: // STATE 377 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][377] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 169: // STATE 378 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][378] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 170: // STATE 379 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][379] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 171: // STATE 380 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:383:1 - 1)
		IfNotBlocked
		reached[0][380] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(383, 381, 383) */
		reached[0][381] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 172: // STATE 383 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (397:0:1 - 1)
		IfNotBlocked
		reached[0][383] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 384, 397) */
		reached[0][384] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 388, 397) */
		reached[0][388] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 173: // STATE 386 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][386] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 174: // STATE 391 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (401:0:3 - 1)
		IfNotBlocked
		reached[0][391] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(401, 392, 401) */
		reached[0][392] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(401, 393, 401) */
		reached[0][393] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 398, 401) */
		reached[0][398] = 1;
		;
		/* merge: .(goto)(0, 402, 401) */
		reached[0][402] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 175: // STATE 395 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][395] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 176: // STATE 399 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][399] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 177: // STATE 410 - /work/wt/proofs/tests/model/claims.pml:305 - [(!(has_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][410] = 1;
		if (!( !(((int)((P0 *)_this)->has_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 178: // STATE 412 - /work/wt/proofs/tests/model/claims.pml:306 - [(has_jobs)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][412] = 1;
		if (!(((int)((P0 *)_this)->has_jobs)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 179: // STATE 413 - /work/wt/proofs/tests/model/claims.pml:284 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][413] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 180: // STATE 414 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:424:2 - 1)
		IfNotBlocked
		reached[0][414] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(424, 415, 424) */
		reached[0][415] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		/* merge: got = 1(424, 417, 424) */
		reached[0][417] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 181: // STATE 418 - /work/wt/proofs/tests/model/claims.pml:288 - [((jobs>0))] (420:0:1 - 1)
		IfNotBlocked
		reached[0][418] = 1;
		if (!((((int)((P0 *)_this)->jobs)>0)))
			continue;
		/* merge: jobs = (jobs-1)(0, 419, 420) */
		reached[0][419] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)-1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 182: // STATE 420 - /work/wt/proofs/tests/model/claims.pml:288 - [inbox[0]!me,1] (456:0:0 - 1)
		IfNotBlocked
		reached[0][420] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 1, 2);
		/* merge: .(goto)(456, 425, 456) */
		reached[0][425] = 1;
		;
		/* merge: .(goto)(0, 429, 456) */
		reached[0][429] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 183: // STATE 425 - /work/wt/proofs/tests/model/claims.pml:291 - [.(goto)] (0:456:0 - 2)
		IfNotBlocked
		reached[0][425] = 1;
		;
		/* merge: .(goto)(0, 429, 456) */
		reached[0][429] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 184: // STATE 422 - /work/wt/proofs/tests/model/claims.pml:289 - [given_up = 1] (0:456:2 - 1)
		IfNotBlocked
		reached[0][422] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 1;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: mine = 0(456, 423, 456) */
		reached[0][423] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		/* merge: .(goto)(456, 425, 456) */
		reached[0][425] = 1;
		;
		/* merge: .(goto)(0, 429, 456) */
		reached[0][429] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 185: // STATE 427 - /work/wt/proofs/tests/model/claims.pml:292 - [(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][427] = 1;
		if (!( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 186: // STATE 432 - /work/wt/proofs/tests/model/claims.pml:309 - [((got||asked_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][432] = 1;
		if (!((((int)((P0 *)_this)->got)||((int)((P0 *)_this)->asked_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 187: // STATE 433 - /work/wt/proofs/tests/model/claims.pml:310 - [((!(got)&&!(asked_jobs)))] (455:0:3 - 1)
		IfNotBlocked
		reached[0][433] = 1;
		if (!(( !(((int)((P0 *)_this)->got))&& !(((int)((P0 *)_this)->asked_jobs)))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: asked_jobs */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->asked_jobs;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->asked_jobs = 0;
		/* merge: asked_jobs = 1(455, 434, 455) */
		reached[0][434] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked_jobs);
		((P0 *)_this)->asked_jobs = 1;
#ifdef VAR_RANGES
		logval("shard:asked_jobs", ((int)((P0 *)_this)->asked_jobs));
#endif
		;
		/* merge: hungry_jobs = 1(455, 435, 455) */
		reached[0][435] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.hungry_jobs);
		now.hungry_jobs = 1;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 188: // STATE 437 - /work/wt/proofs/tests/model/claims.pml:284 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][437] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 189: // STATE 438 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:448:2 - 1)
		IfNotBlocked
		reached[0][438] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(448, 439, 448) */
		reached[0][439] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		/* merge: got = 1(448, 441, 448) */
		reached[0][441] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 190: // STATE 442 - /work/wt/proofs/tests/model/claims.pml:288 - [((jobs>0))] (444:0:1 - 1)
		IfNotBlocked
		reached[0][442] = 1;
		if (!((((int)((P0 *)_this)->jobs)>0)))
			continue;
		/* merge: jobs = (jobs-1)(0, 443, 444) */
		reached[0][443] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)-1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 191: // STATE 444 - /work/wt/proofs/tests/model/claims.pml:288 - [inbox[0]!me,1] (567:0:0 - 1)
		IfNotBlocked
		reached[0][444] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 1, 2);
		/* merge: .(goto)(567, 449, 567) */
		reached[0][449] = 1;
		;
		/* merge: .(goto)(0, 453, 567) */
		reached[0][453] = 1;
		;
		/* merge: .(goto)(0, 457, 567) */
		reached[0][457] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 192: // STATE 449 - /work/wt/proofs/tests/model/claims.pml:291 - [.(goto)] (0:567:0 - 2)
		IfNotBlocked
		reached[0][449] = 1;
		;
		/* merge: .(goto)(0, 453, 567) */
		reached[0][453] = 1;
		;
		/* merge: .(goto)(0, 457, 567) */
		reached[0][457] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 193: // STATE 446 - /work/wt/proofs/tests/model/claims.pml:289 - [given_up = 1] (0:567:2 - 1)
		IfNotBlocked
		reached[0][446] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 1;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: mine = 0(567, 447, 567) */
		reached[0][447] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		/* merge: .(goto)(567, 449, 567) */
		reached[0][449] = 1;
		;
		/* merge: .(goto)(0, 453, 567) */
		reached[0][453] = 1;
		;
		/* merge: .(goto)(0, 457, 567) */
		reached[0][457] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 194: // STATE 451 - /work/wt/proofs/tests/model/claims.pml:292 - [(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][451] = 1;
		if (!( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 195: // STATE 458 - /work/wt/proofs/tests/model/claims.pml:316 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][458] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 196: // STATE 460 - /work/wt/proofs/tests/model/claims.pml:317 - [((got&&!(given_up)))] (569:0:2 - 1)
		IfNotBlocked
		reached[0][460] = 1;
		if (!((((int)((P0 *)_this)->got)&& !(((int)((P0 *)_this)->given_up)))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(0, 461, 569) */
		reached[0][461] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 568, 569) */
		reached[0][568] = 1;
		;
		/* merge: .(goto)(0, 570, 569) */
		reached[0][570] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 197: // STATE 463 - /work/wt/proofs/tests/model/claims.pml:318 - [(given_up)] (471:0:4 - 1)
		IfNotBlocked
		reached[0][463] = 1;
		if (!(((int)((P0 *)_this)->given_up)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: given_up */  (trpt+1)->bup.ovals = grab_ints(4);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->given_up;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->given_up = 0;
		/* merge: given_up = 0(471, 464, 471) */
		reached[0][464] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 0;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: got = 0(471, 465, 471) */
		reached[0][465] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: has_jobs = 0(471, 466, 471) */
		reached[0][466] = 1;
		(trpt+1)->bup.ovals[3] = ((int)((P0 *)_this)->has_jobs);
		((P0 *)_this)->has_jobs = 0;
#ifdef VAR_RANGES
		logval("shard:has_jobs", ((int)((P0 *)_this)->has_jobs));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 198: // STATE 468 - /work/wt/proofs/tests/model/claims.pml:109 - [assert(((word[mine]&7)>0))] (0:565:2 - 1)
		IfNotBlocked
		reached[0][468] = 1;
		spin_assert(((((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&7)>0), "((word[mine]&7)>0)", II, tt, t);
		/* merge: word[mine] = (((word[mine]&7)-1)|(word[mine]&16))(565, 469, 565) */
		reached[0][469] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ]);
		now.word[ Index(((P0 *)_this)->mine, 1) ] = (((((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&7)-1)|(((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&16));
#ifdef VAR_RANGES
		logval("word[shard:mine]", ((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ]));
#endif
		;
		/* merge: mine = 0(565, 472, 565) */
		reached[0][472] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 199: // STATE 473 - /work/wt/proofs/tests/model/claims.pml:187 - [((jobs_turn>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][473] = 1;
		if (!((now.jobs_turn>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 200: // STATE 474 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (479:0:3 - 1)
		IfNotBlocked
		reached[0][474] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(479, 475, 479) */
		reached[0][475] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(479, 476, 479) */
		reached[0][476] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(479, 477, 479) */
		reached[0][477] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(479, 478, 479) */
		reached[0][478] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 201: // STATE 479 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (532:0:1 - 1)
		IfNotBlocked
		reached[0][479] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(532, 480, 532) */
		reached[0][480] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(532, 483, 532) */
		reached[0][483] = 1;
		;
		/* merge: .(goto)(0, 488, 532) */
		reached[0][488] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 202: // STATE 483 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:532:0 - 2)
		IfNotBlocked
		reached[0][483] = 1;
		;
		/* merge: .(goto)(0, 488, 532) */
		reached[0][488] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 203: // STATE 486 - /work/wt/proofs/tests/model/claims.pml:188 - [((jobs_turn==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][486] = 1;
		if (!((now.jobs_turn==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 204: // STATE 489 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (546:0:1 - 1)
		IfNotBlocked
		reached[0][489] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: turn = !(turn)(0, 490, 546) */
		reached[0][490] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 531, 546) */
		reached[0][531] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 205: // STATE 492 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&turn)&&hungry_jobs))))] (546:0:1 - 1)
		IfNotBlocked
		reached[0][492] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.turn))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: turn = !(turn)(0, 493, 546) */
		reached[0][493] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 531, 546) */
		reached[0][531] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 206: // STATE 495 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&turn)&&hungry_jobs))] (510:0:2 - 1)
		IfNotBlocked
		reached[0][495] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.turn))&&((int)now.hungry_jobs))))
			continue;
		/* merge: turn = !(turn)(510, 496, 510) */
		reached[0][496] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(510, 497, 510) */
		reached[0][497] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 207: // STATE 499 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (504:0:3 - 1)
		IfNotBlocked
		reached[0][499] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(504, 500, 504) */
		reached[0][500] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(504, 501, 504) */
		reached[0][501] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(504, 502, 504) */
		reached[0][502] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(504, 503, 504) */
		reached[0][503] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 208: // STATE 504 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (528:0:1 - 1)
		IfNotBlocked
		reached[0][504] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(528, 505, 528) */
		reached[0][505] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(528, 508, 528) */
		reached[0][508] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 209: // STATE 508 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:528:0 - 2)
		IfNotBlocked
		reached[0][508] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 210: // STATE 511 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][511] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 211: // STATE 513 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:526:1 - 1)
		IfNotBlocked
		reached[0][513] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(526, 514, 526) */
		reached[0][514] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 212: // STATE 516 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (520:0:2 - 1)
		IfNotBlocked
		reached[0][516] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(520, 517, 520) */
		reached[0][517] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(520, 518, 520) */
		reached[0][518] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(520, 519, 520) */
		reached[0][519] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 213: // STATE 520 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (546:0:3 - 1)
		IfNotBlocked
		reached[0][520] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(546, 521, 546) */
		reached[0][521] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(546, 524, 546) */
		reached[0][524] = 1;
		;
		/* merge: told = 0(546, 527, 546) */
		reached[0][527] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 529, 546) */
		reached[0][529] = 1;
		;
		/* merge: .(goto)(0, 531, 546) */
		reached[0][531] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 214: // STATE 524 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:546:1 - 2)
		IfNotBlocked
		reached[0][524] = 1;
		;
		/* merge: told = 0(546, 527, 546) */
		reached[0][527] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 529, 546) */
		reached[0][529] = 1;
		;
		/* merge: .(goto)(0, 531, 546) */
		reached[0][531] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 215: // STATE 522 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (546:0:1 - 1)
		IfNotBlocked
		reached[0][522] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(546, 524, 546) */
		reached[0][524] = 1;
		;
		/* merge: told = 0(546, 527, 546) */
		reached[0][527] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 529, 546) */
		reached[0][529] = 1;
		;
		/* merge: .(goto)(0, 531, 546) */
		reached[0][531] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 216: // STATE 533 - /work/wt/proofs/tests/model/claims.pml:191 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][533] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 217: // STATE 534 - /work/wt/proofs/tests/model/claims.pml:191 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][534] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 218: // STATE 535 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (539:0:2 - 1)
		IfNotBlocked
		reached[0][535] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(539, 536, 539) */
		reached[0][536] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(539, 537, 539) */
		reached[0][537] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(539, 538, 539) */
		reached[0][538] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 219: // STATE 539 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (562:0:1 - 1)
		IfNotBlocked
		reached[0][539] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(562, 540, 562) */
		reached[0][540] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(562, 543, 562) */
		reached[0][543] = 1;
		;
		/* merge: .(goto)(0, 547, 562) */
		reached[0][547] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 220: // STATE 543 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:562:0 - 2)
		IfNotBlocked
		reached[0][543] = 1;
		;
		/* merge: .(goto)(0, 547, 562) */
		reached[0][547] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 221: // STATE 541 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (562:0:0 - 1)
		IfNotBlocked
		reached[0][541] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(562, 543, 562) */
		reached[0][543] = 1;
		;
		/* merge: .(goto)(0, 547, 562) */
		reached[0][547] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 222: // STATE 548 - /work/wt/proofs/tests/model/claims.pml:192 - [(told)] (1132:0:2 - 1)
		IfNotBlocked
		reached[0][548] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 563, 1132) */
		reached[0][563] = 1;
		;
		/* merge: told = 0(1132, 564, 1132) */
		reached[0][564] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b5(0, 566, 1132) */
		reached[0][566] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 223: // STATE 549 - /work/wt/proofs/tests/model/claims.pml:192 - [(!(told))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][549] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.oval = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		_m = 3; goto P999; /* 0 */
	case 224: // STATE 550 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (555:0:3 - 1)
		IfNotBlocked
		reached[0][550] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(555, 551, 555) */
		reached[0][551] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(555, 552, 555) */
		reached[0][552] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(555, 553, 555) */
		reached[0][553] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(555, 554, 555) */
		reached[0][554] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 225: // STATE 555 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1132:0:3 - 1)
		IfNotBlocked
		reached[0][555] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1132, 556, 1132) */
		reached[0][556] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 559, 1132) */
		reached[0][559] = 1;
		;
		/* merge: .(goto)(1132, 563, 1132) */
		reached[0][563] = 1;
		;
		/* merge: told = 0(1132, 564, 1132) */
		reached[0][564] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b5(0, 566, 1132) */
		reached[0][566] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 226: // STATE 559 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1132:1 - 2)
		IfNotBlocked
		reached[0][559] = 1;
		;
		/* merge: .(goto)(1132, 563, 1132) */
		reached[0][563] = 1;
		;
		/* merge: told = 0(1132, 564, 1132) */
		reached[0][564] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b5(0, 566, 1132) */
		reached[0][566] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 227: // STATE 564 - /work/wt/proofs/tests/model/claims.pml:193 - [told = 0] (0:1132:1 - 3)
		IfNotBlocked
		reached[0][564] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b5(0, 566, 1132) */
		reached[0][566] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 228: // STATE 573 - /work/wt/proofs/tests/model/claims.pml:394 - [box[me]?ROOM_FOR_CALLS] (744:0:2 - 1)
		reached[0][573] = 1;
		if (q_len(now.box[ Index(((int)((P0 *)_this)->me), 1) ]) == 0) continue;

		XX=1;
		if (2 != qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], 0, 0, 0)) continue;
		
#ifndef BFS_PAR
		if (q_flds[((Q0 *)qptr(now.box[ Index(((int)((P0 *)_this)->me), 1) ]-1))->_t] != 1)
			Uerror("wrong nr of msg fields in rcv");
#endif
		;
		qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 1);
		
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[32];
			sprintf(simvals, "%d?", now.box[ Index(((int)((P0 *)_this)->me), 1) ]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		;
		/* merge: out_calls[me] = 0(744, 574, 744) */
		reached[0][574] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.out_calls[ Index(((int)((P0 *)_this)->me), 2) ]);
		now.out_calls[ Index(((P0 *)_this)->me, 2) ] = 0;
#ifdef VAR_RANGES
		logval("out_calls[shard:me]", ((int)now.out_calls[ Index(((int)((P0 *)_this)->me), 2) ]));
#endif
		;
		/* merge: asked = 0(744, 575, 744) */
		reached[0][575] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked);
		((P0 *)_this)->asked = 0;
#ifdef VAR_RANGES
		logval("shard:asked", ((int)((P0 *)_this)->asked));
#endif
		;
		_m = 4; goto P999; /* 2 */
	case 229: // STATE 577 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][577] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 230: // STATE 578 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][578] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 231: // STATE 579 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][579] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 232: // STATE 580 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][580] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 233: // STATE 581 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:584:1 - 1)
		IfNotBlocked
		reached[0][581] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(584, 582, 584) */
		reached[0][582] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 234: // STATE 584 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (598:0:1 - 1)
		IfNotBlocked
		reached[0][584] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 585, 598) */
		reached[0][585] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 589, 598) */
		reached[0][589] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 235: // STATE 587 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][587] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 236: // STATE 592 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (602:0:3 - 1)
		IfNotBlocked
		reached[0][592] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(602, 593, 602) */
		reached[0][593] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(602, 594, 602) */
		reached[0][594] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 599, 602) */
		reached[0][599] = 1;
		;
		/* merge: .(goto)(0, 603, 602) */
		reached[0][603] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 237: // STATE 596 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][596] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 238: // STATE 600 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][600] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 239: // STATE 608 - /work/wt/proofs/tests/model/claims.pml:352 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][608] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 240: // STATE 609 - /work/wt/proofs/tests/model/claims.pml:187 - [((jobs_turn>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][609] = 1;
		if (!((now.jobs_turn>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 241: // STATE 610 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (615:0:3 - 1)
		IfNotBlocked
		reached[0][610] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(615, 611, 615) */
		reached[0][611] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(615, 612, 615) */
		reached[0][612] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(615, 613, 615) */
		reached[0][613] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(615, 614, 615) */
		reached[0][614] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 242: // STATE 615 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (668:0:1 - 1)
		IfNotBlocked
		reached[0][615] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(668, 616, 668) */
		reached[0][616] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(668, 619, 668) */
		reached[0][619] = 1;
		;
		/* merge: .(goto)(0, 624, 668) */
		reached[0][624] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 243: // STATE 619 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:668:0 - 2)
		IfNotBlocked
		reached[0][619] = 1;
		;
		/* merge: .(goto)(0, 624, 668) */
		reached[0][624] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 244: // STATE 622 - /work/wt/proofs/tests/model/claims.pml:188 - [((jobs_turn==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][622] = 1;
		if (!((now.jobs_turn==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 245: // STATE 625 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (682:0:1 - 1)
		IfNotBlocked
		reached[0][625] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: turn = !(turn)(0, 626, 682) */
		reached[0][626] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 667, 682) */
		reached[0][667] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 246: // STATE 628 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&turn)&&hungry_jobs))))] (682:0:1 - 1)
		IfNotBlocked
		reached[0][628] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.turn))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: turn = !(turn)(0, 629, 682) */
		reached[0][629] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 667, 682) */
		reached[0][667] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 247: // STATE 631 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&turn)&&hungry_jobs))] (646:0:2 - 1)
		IfNotBlocked
		reached[0][631] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.turn))&&((int)now.hungry_jobs))))
			continue;
		/* merge: turn = !(turn)(646, 632, 646) */
		reached[0][632] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(646, 633, 646) */
		reached[0][633] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 248: // STATE 635 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (640:0:3 - 1)
		IfNotBlocked
		reached[0][635] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(640, 636, 640) */
		reached[0][636] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(640, 637, 640) */
		reached[0][637] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(640, 638, 640) */
		reached[0][638] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(640, 639, 640) */
		reached[0][639] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 249: // STATE 640 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (664:0:1 - 1)
		IfNotBlocked
		reached[0][640] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(664, 641, 664) */
		reached[0][641] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(664, 644, 664) */
		reached[0][644] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 250: // STATE 644 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:664:0 - 2)
		IfNotBlocked
		reached[0][644] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 251: // STATE 647 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][647] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 252: // STATE 649 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:662:1 - 1)
		IfNotBlocked
		reached[0][649] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(662, 650, 662) */
		reached[0][650] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 253: // STATE 652 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (656:0:2 - 1)
		IfNotBlocked
		reached[0][652] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(656, 653, 656) */
		reached[0][653] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(656, 654, 656) */
		reached[0][654] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(656, 655, 656) */
		reached[0][655] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 254: // STATE 656 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (682:0:3 - 1)
		IfNotBlocked
		reached[0][656] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(682, 657, 682) */
		reached[0][657] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(682, 660, 682) */
		reached[0][660] = 1;
		;
		/* merge: told = 0(682, 663, 682) */
		reached[0][663] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 665, 682) */
		reached[0][665] = 1;
		;
		/* merge: .(goto)(0, 667, 682) */
		reached[0][667] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 255: // STATE 660 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:682:1 - 2)
		IfNotBlocked
		reached[0][660] = 1;
		;
		/* merge: told = 0(682, 663, 682) */
		reached[0][663] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 665, 682) */
		reached[0][665] = 1;
		;
		/* merge: .(goto)(0, 667, 682) */
		reached[0][667] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 256: // STATE 658 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (682:0:1 - 1)
		IfNotBlocked
		reached[0][658] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(682, 660, 682) */
		reached[0][660] = 1;
		;
		/* merge: told = 0(682, 663, 682) */
		reached[0][663] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 665, 682) */
		reached[0][665] = 1;
		;
		/* merge: .(goto)(0, 667, 682) */
		reached[0][667] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 257: // STATE 669 - /work/wt/proofs/tests/model/claims.pml:191 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][669] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 258: // STATE 670 - /work/wt/proofs/tests/model/claims.pml:191 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][670] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 259: // STATE 671 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (675:0:2 - 1)
		IfNotBlocked
		reached[0][671] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(675, 672, 675) */
		reached[0][672] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(675, 673, 675) */
		reached[0][673] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(675, 674, 675) */
		reached[0][674] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 260: // STATE 675 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (698:0:1 - 1)
		IfNotBlocked
		reached[0][675] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(698, 676, 698) */
		reached[0][676] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(698, 679, 698) */
		reached[0][679] = 1;
		;
		/* merge: .(goto)(0, 683, 698) */
		reached[0][683] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 261: // STATE 679 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:698:0 - 2)
		IfNotBlocked
		reached[0][679] = 1;
		;
		/* merge: .(goto)(0, 683, 698) */
		reached[0][683] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 262: // STATE 677 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (698:0:0 - 1)
		IfNotBlocked
		reached[0][677] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(698, 679, 698) */
		reached[0][679] = 1;
		;
		/* merge: .(goto)(0, 683, 698) */
		reached[0][683] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 263: // STATE 684 - /work/wt/proofs/tests/model/claims.pml:192 - [(told)] (1132:0:2 - 1)
		IfNotBlocked
		reached[0][684] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 699, 1132) */
		reached[0][699] = 1;
		;
		/* merge: told = 0(1132, 700, 1132) */
		reached[0][700] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 743, 1132) */
		reached[0][743] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 264: // STATE 685 - /work/wt/proofs/tests/model/claims.pml:192 - [(!(told))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][685] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.oval = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		_m = 3; goto P999; /* 0 */
	case 265: // STATE 686 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (691:0:3 - 1)
		IfNotBlocked
		reached[0][686] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(691, 687, 691) */
		reached[0][687] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(691, 688, 691) */
		reached[0][688] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(691, 689, 691) */
		reached[0][689] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(691, 690, 691) */
		reached[0][690] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 266: // STATE 691 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1132:0:3 - 1)
		IfNotBlocked
		reached[0][691] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1132, 692, 1132) */
		reached[0][692] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 695, 1132) */
		reached[0][695] = 1;
		;
		/* merge: .(goto)(1132, 699, 1132) */
		reached[0][699] = 1;
		;
		/* merge: told = 0(1132, 700, 1132) */
		reached[0][700] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 743, 1132) */
		reached[0][743] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 2; goto P999; /* 6 */
	case 267: // STATE 695 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1132:1 - 2)
		IfNotBlocked
		reached[0][695] = 1;
		;
		/* merge: .(goto)(1132, 699, 1132) */
		reached[0][699] = 1;
		;
		/* merge: told = 0(1132, 700, 1132) */
		reached[0][700] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 743, 1132) */
		reached[0][743] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 268: // STATE 700 - /work/wt/proofs/tests/model/claims.pml:193 - [told = 0] (0:1132:1 - 3)
		IfNotBlocked
		reached[0][700] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 743, 1132) */
		reached[0][743] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 269: // STATE 702 - /work/wt/proofs/tests/model/claims.pml:356 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][702] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 270: // STATE 703 - /work/wt/proofs/tests/model/claims.pml:254 - [(asked)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][703] = 1;
		if (!(((int)((P0 *)_this)->asked)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 271: // STATE 704 - /work/wt/proofs/tests/model/claims.pml:255 - [(!(asked))] (741:0:3 - 1)
		IfNotBlocked
		reached[0][704] = 1;
		if (!( !(((int)((P0 *)_this)->asked))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: asked */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->asked;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->asked = 0;
		/* merge: asked = 1(741, 705, 741) */
		reached[0][705] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked);
		((P0 *)_this)->asked = 1;
#ifdef VAR_RANGES
		logval("shard:asked", ((int)((P0 *)_this)->asked));
#endif
		;
		/* merge: hungry_calls = (hungry_calls|(1<<me))(741, 706, 741) */
		reached[0][706] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)|(1<<((int)((P0 *)_this)->me)));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: .(goto)(0, 709, 741) */
		reached[0][709] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 272: // STATE 711 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][711] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 273: // STATE 712 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][712] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 274: // STATE 713 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][713] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 275: // STATE 714 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][714] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 276: // STATE 715 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:718:1 - 1)
		IfNotBlocked
		reached[0][715] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(718, 716, 718) */
		reached[0][716] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 277: // STATE 718 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (732:0:1 - 1)
		IfNotBlocked
		reached[0][718] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 719, 732) */
		reached[0][719] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 723, 732) */
		reached[0][723] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 278: // STATE 721 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][721] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 279: // STATE 726 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (736:0:3 - 1)
		IfNotBlocked
		reached[0][726] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(736, 727, 736) */
		reached[0][727] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(736, 728, 736) */
		reached[0][728] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 733, 736) */
		reached[0][733] = 1;
		;
		/* merge: .(goto)(0, 737, 736) */
		reached[0][737] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 280: // STATE 730 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][730] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 281: // STATE 734 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][734] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 282: // STATE 745 - /work/wt/proofs/tests/model/claims.pml:396 - [box[me]?ROOM_FOR_JOBS] (751:0:2 - 1)
		reached[0][745] = 1;
		if (q_len(now.box[ Index(((int)((P0 *)_this)->me), 1) ]) == 0) continue;

		XX=1;
		if (1 != qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], 0, 0, 0)) continue;
		
#ifndef BFS_PAR
		if (q_flds[((Q0 *)qptr(now.box[ Index(((int)((P0 *)_this)->me), 1) ]-1))->_t] != 1)
			Uerror("wrong nr of msg fields in rcv");
#endif
		;
		qrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 1);
		
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[32];
			sprintf(simvals, "%d?", now.box[ Index(((int)((P0 *)_this)->me), 1) ]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		;
		/* merge: out_jobs = 0(751, 746, 751) */
		reached[0][746] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.out_jobs);
		now.out_jobs = 0;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: asked_jobs = 0(751, 747, 751) */
		reached[0][747] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked_jobs);
		((P0 *)_this)->asked_jobs = 0;
#ifdef VAR_RANGES
		logval("shard:asked_jobs", ((int)((P0 *)_this)->asked_jobs));
#endif
		;
		_m = 4; goto P999; /* 2 */
	case 283: // STATE 748 - /work/wt/proofs/tests/model/claims.pml:399 - [(gives_way)] (1073:0:2 - 1)
		IfNotBlocked
		reached[0][748] = 1;
		if (!(((int)now.gives_way)))
			continue;
		/* merge: turns = (turns+1)(1073, 749, 1073) */
		reached[0][749] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->turns);
		((P0 *)_this)->turns = (((int)((P0 *)_this)->turns)+1);
#ifdef VAR_RANGES
		logval("shard:turns", ((int)((P0 *)_this)->turns));
#endif
		;
		/* merge: .(goto)(1073, 752, 1073) */
		reached[0][752] = 1;
		;
		/* merge: gives_way = 0(1073, 753, 1073) */
		reached[0][753] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 284: // STATE 752 - /work/wt/proofs/tests/model/claims.pml:400 - [.(goto)] (0:1073:1 - 2)
		IfNotBlocked
		reached[0][752] = 1;
		;
		/* merge: gives_way = 0(1073, 753, 1073) */
		reached[0][753] = 1;
		(trpt+1)->bup.oval = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 285: // STATE 755 - /work/wt/proofs/tests/model/claims.pml:305 - [(!(has_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][755] = 1;
		if (!( !(((int)((P0 *)_this)->has_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 286: // STATE 757 - /work/wt/proofs/tests/model/claims.pml:306 - [(has_jobs)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][757] = 1;
		if (!(((int)((P0 *)_this)->has_jobs)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 287: // STATE 758 - /work/wt/proofs/tests/model/claims.pml:284 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][758] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 288: // STATE 759 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:769:2 - 1)
		IfNotBlocked
		reached[0][759] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(769, 760, 769) */
		reached[0][760] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		/* merge: got = 1(769, 762, 769) */
		reached[0][762] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 289: // STATE 763 - /work/wt/proofs/tests/model/claims.pml:288 - [((jobs>0))] (765:0:1 - 1)
		IfNotBlocked
		reached[0][763] = 1;
		if (!((((int)((P0 *)_this)->jobs)>0)))
			continue;
		/* merge: jobs = (jobs-1)(0, 764, 765) */
		reached[0][764] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)-1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 290: // STATE 765 - /work/wt/proofs/tests/model/claims.pml:288 - [inbox[0]!me,1] (801:0:0 - 1)
		IfNotBlocked
		reached[0][765] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 1, 2);
		/* merge: .(goto)(801, 770, 801) */
		reached[0][770] = 1;
		;
		/* merge: .(goto)(0, 774, 801) */
		reached[0][774] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 291: // STATE 770 - /work/wt/proofs/tests/model/claims.pml:291 - [.(goto)] (0:801:0 - 2)
		IfNotBlocked
		reached[0][770] = 1;
		;
		/* merge: .(goto)(0, 774, 801) */
		reached[0][774] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 292: // STATE 767 - /work/wt/proofs/tests/model/claims.pml:289 - [given_up = 1] (0:801:2 - 1)
		IfNotBlocked
		reached[0][767] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 1;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: mine = 0(801, 768, 801) */
		reached[0][768] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		/* merge: .(goto)(801, 770, 801) */
		reached[0][770] = 1;
		;
		/* merge: .(goto)(0, 774, 801) */
		reached[0][774] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 293: // STATE 772 - /work/wt/proofs/tests/model/claims.pml:292 - [(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][772] = 1;
		if (!( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 294: // STATE 777 - /work/wt/proofs/tests/model/claims.pml:309 - [((got||asked_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][777] = 1;
		if (!((((int)((P0 *)_this)->got)||((int)((P0 *)_this)->asked_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 295: // STATE 778 - /work/wt/proofs/tests/model/claims.pml:310 - [((!(got)&&!(asked_jobs)))] (800:0:3 - 1)
		IfNotBlocked
		reached[0][778] = 1;
		if (!(( !(((int)((P0 *)_this)->got))&& !(((int)((P0 *)_this)->asked_jobs)))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: asked_jobs */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->asked_jobs;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->asked_jobs = 0;
		/* merge: asked_jobs = 1(800, 779, 800) */
		reached[0][779] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->asked_jobs);
		((P0 *)_this)->asked_jobs = 1;
#ifdef VAR_RANGES
		logval("shard:asked_jobs", ((int)((P0 *)_this)->asked_jobs));
#endif
		;
		/* merge: hungry_jobs = 1(800, 780, 800) */
		reached[0][780] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.hungry_jobs);
		now.hungry_jobs = 1;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 296: // STATE 782 - /work/wt/proofs/tests/model/claims.pml:284 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][782] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 297: // STATE 783 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:793:2 - 1)
		IfNotBlocked
		reached[0][783] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(793, 784, 793) */
		reached[0][784] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		/* merge: got = 1(793, 786, 793) */
		reached[0][786] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 298: // STATE 787 - /work/wt/proofs/tests/model/claims.pml:288 - [((jobs>0))] (789:0:1 - 1)
		IfNotBlocked
		reached[0][787] = 1;
		if (!((((int)((P0 *)_this)->jobs)>0)))
			continue;
		/* merge: jobs = (jobs-1)(0, 788, 789) */
		reached[0][788] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->jobs);
		((P0 *)_this)->jobs = (((int)((P0 *)_this)->jobs)-1);
#ifdef VAR_RANGES
		logval("shard:jobs", ((int)((P0 *)_this)->jobs));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 299: // STATE 789 - /work/wt/proofs/tests/model/claims.pml:288 - [inbox[0]!me,1] (912:0:0 - 1)
		IfNotBlocked
		reached[0][789] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 1, 2);
		/* merge: .(goto)(912, 794, 912) */
		reached[0][794] = 1;
		;
		/* merge: .(goto)(0, 798, 912) */
		reached[0][798] = 1;
		;
		/* merge: .(goto)(0, 802, 912) */
		reached[0][802] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 300: // STATE 794 - /work/wt/proofs/tests/model/claims.pml:291 - [.(goto)] (0:912:0 - 2)
		IfNotBlocked
		reached[0][794] = 1;
		;
		/* merge: .(goto)(0, 798, 912) */
		reached[0][798] = 1;
		;
		/* merge: .(goto)(0, 802, 912) */
		reached[0][802] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 301: // STATE 791 - /work/wt/proofs/tests/model/claims.pml:289 - [given_up = 1] (0:912:2 - 1)
		IfNotBlocked
		reached[0][791] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 1;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: mine = 0(912, 792, 912) */
		reached[0][792] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		/* merge: .(goto)(912, 794, 912) */
		reached[0][794] = 1;
		;
		/* merge: .(goto)(0, 798, 912) */
		reached[0][798] = 1;
		;
		/* merge: .(goto)(0, 802, 912) */
		reached[0][802] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 302: // STATE 796 - /work/wt/proofs/tests/model/claims.pml:292 - [(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][796] = 1;
		if (!( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 303: // STATE 803 - /work/wt/proofs/tests/model/claims.pml:316 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][803] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 304: // STATE 805 - /work/wt/proofs/tests/model/claims.pml:317 - [((got&&!(given_up)))] (914:0:2 - 1)
		IfNotBlocked
		reached[0][805] = 1;
		if (!((((int)((P0 *)_this)->got)&& !(((int)((P0 *)_this)->given_up)))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(0, 806, 914) */
		reached[0][806] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 913, 914) */
		reached[0][913] = 1;
		;
		/* merge: .(goto)(0, 915, 914) */
		reached[0][915] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 305: // STATE 808 - /work/wt/proofs/tests/model/claims.pml:318 - [(given_up)] (816:0:4 - 1)
		IfNotBlocked
		reached[0][808] = 1;
		if (!(((int)((P0 *)_this)->given_up)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: given_up */  (trpt+1)->bup.ovals = grab_ints(4);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->given_up;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->given_up = 0;
		/* merge: given_up = 0(816, 809, 816) */
		reached[0][809] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->given_up);
		((P0 *)_this)->given_up = 0;
#ifdef VAR_RANGES
		logval("shard:given_up", ((int)((P0 *)_this)->given_up));
#endif
		;
		/* merge: got = 0(816, 810, 816) */
		reached[0][810] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: has_jobs = 0(816, 811, 816) */
		reached[0][811] = 1;
		(trpt+1)->bup.ovals[3] = ((int)((P0 *)_this)->has_jobs);
		((P0 *)_this)->has_jobs = 0;
#ifdef VAR_RANGES
		logval("shard:has_jobs", ((int)((P0 *)_this)->has_jobs));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 306: // STATE 813 - /work/wt/proofs/tests/model/claims.pml:109 - [assert(((word[mine]&7)>0))] (0:910:2 - 1)
		IfNotBlocked
		reached[0][813] = 1;
		spin_assert(((((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&7)>0), "((word[mine]&7)>0)", II, tt, t);
		/* merge: word[mine] = (((word[mine]&7)-1)|(word[mine]&16))(910, 814, 910) */
		reached[0][814] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ]);
		now.word[ Index(((P0 *)_this)->mine, 1) ] = (((((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&7)-1)|(((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ])&16));
#ifdef VAR_RANGES
		logval("word[shard:mine]", ((int)now.word[ Index(((int)((P0 *)_this)->mine), 1) ]));
#endif
		;
		/* merge: mine = 0(910, 817, 910) */
		reached[0][817] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->mine);
		((P0 *)_this)->mine = 0;
#ifdef VAR_RANGES
		logval("shard:mine", ((int)((P0 *)_this)->mine));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 307: // STATE 818 - /work/wt/proofs/tests/model/claims.pml:187 - [((jobs_turn>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][818] = 1;
		if (!((now.jobs_turn>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 308: // STATE 819 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (824:0:3 - 1)
		IfNotBlocked
		reached[0][819] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(824, 820, 824) */
		reached[0][820] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(824, 821, 824) */
		reached[0][821] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(824, 822, 824) */
		reached[0][822] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(824, 823, 824) */
		reached[0][823] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 309: // STATE 824 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (877:0:1 - 1)
		IfNotBlocked
		reached[0][824] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(877, 825, 877) */
		reached[0][825] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(877, 828, 877) */
		reached[0][828] = 1;
		;
		/* merge: .(goto)(0, 833, 877) */
		reached[0][833] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 310: // STATE 828 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:877:0 - 2)
		IfNotBlocked
		reached[0][828] = 1;
		;
		/* merge: .(goto)(0, 833, 877) */
		reached[0][833] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 311: // STATE 831 - /work/wt/proofs/tests/model/claims.pml:188 - [((jobs_turn==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][831] = 1;
		if (!((now.jobs_turn==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 312: // STATE 834 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (891:0:1 - 1)
		IfNotBlocked
		reached[0][834] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: turn = !(turn)(0, 835, 891) */
		reached[0][835] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 876, 891) */
		reached[0][876] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 313: // STATE 837 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&turn)&&hungry_jobs))))] (891:0:1 - 1)
		IfNotBlocked
		reached[0][837] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.turn))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: turn = !(turn)(0, 838, 891) */
		reached[0][838] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 876, 891) */
		reached[0][876] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 314: // STATE 840 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&turn)&&hungry_jobs))] (855:0:2 - 1)
		IfNotBlocked
		reached[0][840] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.turn))&&((int)now.hungry_jobs))))
			continue;
		/* merge: turn = !(turn)(855, 841, 855) */
		reached[0][841] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(855, 842, 855) */
		reached[0][842] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 315: // STATE 844 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (849:0:3 - 1)
		IfNotBlocked
		reached[0][844] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(849, 845, 849) */
		reached[0][845] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(849, 846, 849) */
		reached[0][846] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(849, 847, 849) */
		reached[0][847] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(849, 848, 849) */
		reached[0][848] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 316: // STATE 849 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (873:0:1 - 1)
		IfNotBlocked
		reached[0][849] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(873, 850, 873) */
		reached[0][850] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(873, 853, 873) */
		reached[0][853] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 317: // STATE 853 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:873:0 - 2)
		IfNotBlocked
		reached[0][853] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 318: // STATE 856 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][856] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 319: // STATE 858 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:871:1 - 1)
		IfNotBlocked
		reached[0][858] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(871, 859, 871) */
		reached[0][859] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 320: // STATE 861 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (865:0:2 - 1)
		IfNotBlocked
		reached[0][861] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(865, 862, 865) */
		reached[0][862] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(865, 863, 865) */
		reached[0][863] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(865, 864, 865) */
		reached[0][864] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 321: // STATE 865 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (891:0:3 - 1)
		IfNotBlocked
		reached[0][865] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(891, 866, 891) */
		reached[0][866] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(891, 869, 891) */
		reached[0][869] = 1;
		;
		/* merge: told = 0(891, 872, 891) */
		reached[0][872] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 874, 891) */
		reached[0][874] = 1;
		;
		/* merge: .(goto)(0, 876, 891) */
		reached[0][876] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 322: // STATE 869 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:891:1 - 2)
		IfNotBlocked
		reached[0][869] = 1;
		;
		/* merge: told = 0(891, 872, 891) */
		reached[0][872] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 874, 891) */
		reached[0][874] = 1;
		;
		/* merge: .(goto)(0, 876, 891) */
		reached[0][876] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 323: // STATE 867 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (891:0:1 - 1)
		IfNotBlocked
		reached[0][867] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(891, 869, 891) */
		reached[0][869] = 1;
		;
		/* merge: told = 0(891, 872, 891) */
		reached[0][872] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 874, 891) */
		reached[0][874] = 1;
		;
		/* merge: .(goto)(0, 876, 891) */
		reached[0][876] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 324: // STATE 878 - /work/wt/proofs/tests/model/claims.pml:191 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][878] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 325: // STATE 879 - /work/wt/proofs/tests/model/claims.pml:191 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][879] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 326: // STATE 880 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (884:0:2 - 1)
		IfNotBlocked
		reached[0][880] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(884, 881, 884) */
		reached[0][881] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(884, 882, 884) */
		reached[0][882] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(884, 883, 884) */
		reached[0][883] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 327: // STATE 884 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (907:0:1 - 1)
		IfNotBlocked
		reached[0][884] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(907, 885, 907) */
		reached[0][885] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(907, 888, 907) */
		reached[0][888] = 1;
		;
		/* merge: .(goto)(0, 892, 907) */
		reached[0][892] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 328: // STATE 888 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:907:0 - 2)
		IfNotBlocked
		reached[0][888] = 1;
		;
		/* merge: .(goto)(0, 892, 907) */
		reached[0][892] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 329: // STATE 886 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (907:0:0 - 1)
		IfNotBlocked
		reached[0][886] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(907, 888, 907) */
		reached[0][888] = 1;
		;
		/* merge: .(goto)(0, 892, 907) */
		reached[0][892] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 330: // STATE 893 - /work/wt/proofs/tests/model/claims.pml:192 - [(told)] (1071:0:2 - 1)
		IfNotBlocked
		reached[0][893] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1071, 908, 1071) */
		reached[0][908] = 1;
		;
		/* merge: told = 0(1071, 909, 1071) */
		reached[0][909] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b8(0, 911, 1071) */
		reached[0][911] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 331: // STATE 894 - /work/wt/proofs/tests/model/claims.pml:192 - [(!(told))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][894] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.oval = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		_m = 3; goto P999; /* 0 */
	case 332: // STATE 895 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (900:0:3 - 1)
		IfNotBlocked
		reached[0][895] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(900, 896, 900) */
		reached[0][896] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(900, 897, 900) */
		reached[0][897] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(900, 898, 900) */
		reached[0][898] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(900, 899, 900) */
		reached[0][899] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 333: // STATE 900 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1071:0:3 - 1)
		IfNotBlocked
		reached[0][900] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1071, 901, 1071) */
		reached[0][901] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1071, 904, 1071) */
		reached[0][904] = 1;
		;
		/* merge: .(goto)(1071, 908, 1071) */
		reached[0][908] = 1;
		;
		/* merge: told = 0(1071, 909, 1071) */
		reached[0][909] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b8(0, 911, 1071) */
		reached[0][911] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 334: // STATE 904 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1071:1 - 2)
		IfNotBlocked
		reached[0][904] = 1;
		;
		/* merge: .(goto)(1071, 908, 1071) */
		reached[0][908] = 1;
		;
		/* merge: told = 0(1071, 909, 1071) */
		reached[0][909] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b8(0, 911, 1071) */
		reached[0][911] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 335: // STATE 909 - /work/wt/proofs/tests/model/claims.pml:193 - [told = 0] (0:1071:1 - 3)
		IfNotBlocked
		reached[0][909] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: goto :b8(0, 911, 1071) */
		reached[0][911] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 336: // STATE 918 - /work/wt/proofs/tests/model/claims.pml:365 - [(((asked_jobs&&turns)&&((word[0]&7)&&!((word[0]&(8|16))))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][918] = 1;
		if (!(((((int)((P0 *)_this)->asked_jobs)&&((int)((P0 *)_this)->turns))&&((((int)now.word[0])&7)&& !((((int)now.word[0])&(8|16)))))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 337: // STATE 919 - /work/wt/proofs/tests/model/claims.pml:366 - [(!((((0&&asked_jobs)&&turns)&&((word[0]&7)&&!((word[0]&(8|16)))))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][919] = 1;
		if (!( !((((0&&((int)((P0 *)_this)->asked_jobs))&&((int)((P0 *)_this)->turns))&&((((int)now.word[0])&7)&& !((((int)now.word[0])&(8|16))))))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 338: // STATE 920 - /work/wt/proofs/tests/model/claims.pml:339 - [((turns>0))] (927:0:2 - 1)
		IfNotBlocked
		reached[0][920] = 1;
		if (!((((int)((P0 *)_this)->turns)>0)))
			continue;
		/* merge: turns = (turns-1)(927, 921, 927) */
		reached[0][921] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->turns);
		((P0 *)_this)->turns = (((int)((P0 *)_this)->turns)-1);
#ifdef VAR_RANGES
		logval("shard:turns", ((int)((P0 *)_this)->turns));
#endif
		;
		/* merge: jobs_turn = (jobs_turn-1)(927, 922, 927) */
		reached[0][922] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(927, 923, 927) */
		reached[0][923] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		/* merge: .(goto)(0, 928, 927) */
		reached[0][928] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 339: // STATE 925 - /work/wt/proofs/tests/model/claims.pml:340 - [((turns==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][925] = 1;
		if (!((((int)((P0 *)_this)->turns)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 340: // STATE 930 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][930] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 341: // STATE 931 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][931] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 342: // STATE 932 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][932] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 343: // STATE 933 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][933] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 344: // STATE 934 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:937:1 - 1)
		IfNotBlocked
		reached[0][934] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(937, 935, 937) */
		reached[0][935] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 345: // STATE 937 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (951:0:1 - 1)
		IfNotBlocked
		reached[0][937] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 938, 951) */
		reached[0][938] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 942, 951) */
		reached[0][942] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 346: // STATE 940 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][940] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 347: // STATE 945 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (955:0:3 - 1)
		IfNotBlocked
		reached[0][945] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(955, 946, 955) */
		reached[0][946] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(955, 947, 955) */
		reached[0][947] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 952, 955) */
		reached[0][952] = 1;
		;
		/* merge: .(goto)(0, 956, 955) */
		reached[0][956] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 348: // STATE 949 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][949] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 349: // STATE 953 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][953] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 350: // STATE 961 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (965:0:2 - 1)
		IfNotBlocked
		reached[0][961] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(965, 962, 965) */
		reached[0][962] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(965, 963, 965) */
		reached[0][963] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(965, 964, 965) */
		reached[0][964] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 351: // STATE 965 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (1069:0:3 - 1)
		IfNotBlocked
		reached[0][965] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(1069, 966, 1069) */
		reached[0][966] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1069, 969, 1069) */
		reached[0][969] = 1;
		;
		/* merge: told = 0(1069, 972, 1069) */
		reached[0][972] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		_m = 2; goto P999; /* 3 */
	case 352: // STATE 969 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:1069:1 - 2)
		IfNotBlocked
		reached[0][969] = 1;
		;
		/* merge: told = 0(1069, 972, 1069) */
		reached[0][972] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 353: // STATE 967 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (1069:0:1 - 1)
		IfNotBlocked
		reached[0][967] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(1069, 969, 1069) */
		reached[0][969] = 1;
		;
		/* merge: told = 0(1069, 972, 1069) */
		reached[0][972] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 354: // STATE 974 - /work/wt/proofs/tests/model/claims.pml:369 - [(asked_jobs)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][974] = 1;
		if (!(((int)((P0 *)_this)->asked_jobs)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 355: // STATE 975 - /work/wt/proofs/tests/model/claims.pml:370 - [(!(asked_jobs))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][975] = 1;
		if (!( !(((int)((P0 *)_this)->asked_jobs))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 356: // STATE 976 - /work/wt/proofs/tests/model/claims.pml:187 - [((jobs_turn>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][976] = 1;
		if (!((now.jobs_turn>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 357: // STATE 977 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (982:0:3 - 1)
		IfNotBlocked
		reached[0][977] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(982, 978, 982) */
		reached[0][978] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(982, 979, 982) */
		reached[0][979] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(982, 980, 982) */
		reached[0][980] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(982, 981, 982) */
		reached[0][981] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 358: // STATE 982 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1035:0:1 - 1)
		IfNotBlocked
		reached[0][982] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1035, 983, 1035) */
		reached[0][983] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(1035, 986, 1035) */
		reached[0][986] = 1;
		;
		/* merge: .(goto)(0, 991, 1035) */
		reached[0][991] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 359: // STATE 986 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1035:0 - 2)
		IfNotBlocked
		reached[0][986] = 1;
		;
		/* merge: .(goto)(0, 991, 1035) */
		reached[0][991] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 360: // STATE 989 - /work/wt/proofs/tests/model/claims.pml:188 - [((jobs_turn==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][989] = 1;
		if (!((now.jobs_turn==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 361: // STATE 992 - /work/wt/proofs/tests/model/claims.pml:162 - [(told)] (1049:0:1 - 1)
		IfNotBlocked
		reached[0][992] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		/* merge: turn = !(turn)(0, 993, 1049) */
		reached[0][993] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 1034, 1049) */
		reached[0][1034] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 362: // STATE 995 - /work/wt/proofs/tests/model/claims.pml:163 - [((!(told)&&!(((1&&turn)&&hungry_jobs))))] (1049:0:1 - 1)
		IfNotBlocked
		reached[0][995] = 1;
		if (!(( !(((int)((P0 *)_this)->told))&& !(((1&&((int)now.turn))&&((int)now.hungry_jobs))))))
			continue;
		/* merge: turn = !(turn)(0, 996, 1049) */
		reached[0][996] = 1;
		(trpt+1)->bup.oval = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: .(goto)(0, 1034, 1049) */
		reached[0][1034] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 363: // STATE 998 - /work/wt/proofs/tests/model/claims.pml:169 - [(((!(told)&&turn)&&hungry_jobs))] (1013:0:2 - 1)
		IfNotBlocked
		reached[0][998] = 1;
		if (!((( !(((int)((P0 *)_this)->told))&&((int)now.turn))&&((int)now.hungry_jobs))))
			continue;
		/* merge: turn = !(turn)(1013, 999, 1013) */
		reached[0][999] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.turn);
		now.turn =  !(((int)now.turn));
#ifdef VAR_RANGES
		logval("turn", ((int)now.turn));
#endif
		;
		/* merge: jobs_turn = (jobs_turn+1)(1013, 1000, 1013) */
		reached[0][1000] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn+1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		_m = 3; goto P999; /* 2 */
	case 364: // STATE 1002 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (1007:0:3 - 1)
		IfNotBlocked
		reached[0][1002] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(1007, 1003, 1007) */
		reached[0][1003] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(1007, 1004, 1007) */
		reached[0][1004] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(1007, 1005, 1007) */
		reached[0][1005] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 1(1007, 1006, 1007) */
		reached[0][1006] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 1;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 365: // STATE 1007 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1031:0:1 - 1)
		IfNotBlocked
		reached[0][1007] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1031, 1008, 1031) */
		reached[0][1008] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(1031, 1011, 1031) */
		reached[0][1011] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 366: // STATE 1011 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1031:0 - 2)
		IfNotBlocked
		reached[0][1011] = 1;
		;
		_m = 3; goto P999; /* 0 */
	case 367: // STATE 1014 - /work/wt/proofs/tests/model/claims.pml:172 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1014] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 368: // STATE 1016 - /work/wt/proofs/tests/model/claims.pml:174 - [jobs_turn = (jobs_turn-1)] (0:1029:1 - 1)
		IfNotBlocked
		reached[0][1016] = 1;
		(trpt+1)->bup.oval = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(1029, 1017, 1029) */
		reached[0][1017] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		_m = 3; goto P999; /* 1 */
	case 369: // STATE 1019 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (1023:0:2 - 1)
		IfNotBlocked
		reached[0][1019] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(1023, 1020, 1023) */
		reached[0][1020] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(1023, 1021, 1023) */
		reached[0][1021] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(1023, 1022, 1023) */
		reached[0][1022] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 370: // STATE 1023 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (1049:0:3 - 1)
		IfNotBlocked
		reached[0][1023] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(1049, 1024, 1049) */
		reached[0][1024] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1049, 1027, 1049) */
		reached[0][1027] = 1;
		;
		/* merge: told = 0(1049, 1030, 1049) */
		reached[0][1030] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1032, 1049) */
		reached[0][1032] = 1;
		;
		/* merge: .(goto)(0, 1034, 1049) */
		reached[0][1034] = 1;
		;
		_m = 2; goto P999; /* 5 */
	case 371: // STATE 1027 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:1049:1 - 2)
		IfNotBlocked
		reached[0][1027] = 1;
		;
		/* merge: told = 0(1049, 1030, 1049) */
		reached[0][1030] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1032, 1049) */
		reached[0][1032] = 1;
		;
		/* merge: .(goto)(0, 1034, 1049) */
		reached[0][1034] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 372: // STATE 1025 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (1049:0:1 - 1)
		IfNotBlocked
		reached[0][1025] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(1049, 1027, 1049) */
		reached[0][1027] = 1;
		;
		/* merge: told = 0(1049, 1030, 1049) */
		reached[0][1030] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1032, 1049) */
		reached[0][1032] = 1;
		;
		/* merge: .(goto)(0, 1034, 1049) */
		reached[0][1034] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 373: // STATE 1036 - /work/wt/proofs/tests/model/claims.pml:191 - [(told)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1036] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 374: // STATE 1037 - /work/wt/proofs/tests/model/claims.pml:191 - [(!(told))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1037] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 375: // STATE 1038 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (1042:0:2 - 1)
		IfNotBlocked
		reached[0][1038] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(1042, 1039, 1042) */
		reached[0][1039] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(1042, 1040, 1042) */
		reached[0][1040] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(1042, 1041, 1042) */
		reached[0][1041] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 376: // STATE 1042 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (1065:0:1 - 1)
		IfNotBlocked
		reached[0][1042] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(1065, 1043, 1065) */
		reached[0][1043] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(1065, 1046, 1065) */
		reached[0][1046] = 1;
		;
		/* merge: .(goto)(0, 1050, 1065) */
		reached[0][1050] = 1;
		;
		_m = 2; goto P999; /* 3 */
	case 377: // STATE 1046 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:1065:0 - 2)
		IfNotBlocked
		reached[0][1046] = 1;
		;
		/* merge: .(goto)(0, 1050, 1065) */
		reached[0][1050] = 1;
		;
		_m = 3; goto P999; /* 1 */
	case 378: // STATE 1044 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (1065:0:0 - 1)
		IfNotBlocked
		reached[0][1044] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(1065, 1046, 1065) */
		reached[0][1046] = 1;
		;
		/* merge: .(goto)(0, 1050, 1065) */
		reached[0][1050] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 379: // STATE 1051 - /work/wt/proofs/tests/model/claims.pml:192 - [(told)] (1132:0:2 - 1)
		IfNotBlocked
		reached[0][1051] = 1;
		if (!(((int)((P0 *)_this)->told)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 1066, 1132) */
		reached[0][1066] = 1;
		;
		/* merge: told = 0(1132, 1067, 1132) */
		reached[0][1067] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1070, 1132) */
		reached[0][1070] = 1;
		;
		/* merge: .(goto)(0, 1072, 1132) */
		reached[0][1072] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 5 */
	case 380: // STATE 1052 - /work/wt/proofs/tests/model/claims.pml:192 - [(!(told))] (0:0:1 - 1)
		IfNotBlocked
		reached[0][1052] = 1;
		if (!( !(((int)((P0 *)_this)->told))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: told */  (trpt+1)->bup.oval = ((P0 *)_this)->told;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		_m = 3; goto P999; /* 0 */
	case 381: // STATE 1053 - /work/wt/proofs/tests/model/claims.pml:147 - [(hungry_jobs)] (1058:0:3 - 1)
		IfNotBlocked
		reached[0][1053] = 1;
		if (!(((int)now.hungry_jobs)))
			continue;
		/* merge: hungry_jobs = 0(1058, 1054, 1058) */
		reached[0][1054] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_jobs);
		now.hungry_jobs = 0;
#ifdef VAR_RANGES
		logval("hungry_jobs", ((int)now.hungry_jobs));
#endif
		;
		/* merge: assert(!(out_jobs))(1058, 1055, 1058) */
		reached[0][1055] = 1;
		spin_assert( !(((int)now.out_jobs)), " !(out_jobs)", II, tt, t);
		/* merge: out_jobs = 1(1058, 1056, 1058) */
		reached[0][1056] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_jobs);
		now.out_jobs = 1;
#ifdef VAR_RANGES
		logval("out_jobs", ((int)now.out_jobs));
#endif
		;
		/* merge: gives_way = 0(1058, 1057, 1058) */
		reached[0][1057] = 1;
		(trpt+1)->bup.ovals[2] = ((int)now.gives_way);
		now.gives_way = 0;
#ifdef VAR_RANGES
		logval("gives_way", ((int)now.gives_way));
#endif
		;
		_m = 3; goto P999; /* 4 */
	case 382: // STATE 1058 - /work/wt/proofs/tests/model/claims.pml:152 - [box[0]!ROOM_FOR_JOBS] (1132:0:3 - 1)
		IfNotBlocked
		reached[0][1058] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 1); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 1, 0, 1);
		/* merge: told = 1(1132, 1059, 1132) */
		reached[0][1059] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 1062, 1132) */
		reached[0][1062] = 1;
		;
		/* merge: .(goto)(1132, 1066, 1132) */
		reached[0][1066] = 1;
		;
		/* merge: told = 0(1132, 1067, 1132) */
		reached[0][1067] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1070, 1132) */
		reached[0][1070] = 1;
		;
		/* merge: .(goto)(0, 1072, 1132) */
		reached[0][1072] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 2; goto P999; /* 7 */
	case 383: // STATE 1062 - /work/wt/proofs/tests/model/claims.pml:156 - [.(goto)] (0:1132:1 - 2)
		IfNotBlocked
		reached[0][1062] = 1;
		;
		/* merge: .(goto)(1132, 1066, 1132) */
		reached[0][1066] = 1;
		;
		/* merge: told = 0(1132, 1067, 1132) */
		reached[0][1067] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1070, 1132) */
		reached[0][1070] = 1;
		;
		/* merge: .(goto)(0, 1072, 1132) */
		reached[0][1072] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 5 */
	case 384: // STATE 1067 - /work/wt/proofs/tests/model/claims.pml:193 - [told = 0] (0:1132:1 - 3)
		IfNotBlocked
		reached[0][1067] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1070, 1132) */
		reached[0][1070] = 1;
		;
		/* merge: .(goto)(0, 1072, 1132) */
		reached[0][1072] = 1;
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 385: // STATE 1074 - /work/wt/proofs/tests/model/claims.pml:403 - [((!(0)&&(turns>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1074] = 1;
		if (!(( !(0)&&(((int)((P0 *)_this)->turns)>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 386: // STATE 1075 - /work/wt/proofs/tests/model/claims.pml:339 - [((turns>0))] (1082:0:2 - 1)
		IfNotBlocked
		reached[0][1075] = 1;
		if (!((((int)((P0 *)_this)->turns)>0)))
			continue;
		/* merge: turns = (turns-1)(1082, 1076, 1082) */
		reached[0][1076] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->turns);
		((P0 *)_this)->turns = (((int)((P0 *)_this)->turns)-1);
#ifdef VAR_RANGES
		logval("shard:turns", ((int)((P0 *)_this)->turns));
#endif
		;
		/* merge: jobs_turn = (jobs_turn-1)(1082, 1077, 1082) */
		reached[0][1077] = 1;
		(trpt+1)->bup.ovals[1] = now.jobs_turn;
		now.jobs_turn = (now.jobs_turn-1);
#ifdef VAR_RANGES
		logval("jobs_turn", now.jobs_turn);
#endif
		;
		/* merge: assert((jobs_turn>=0))(1082, 1078, 1082) */
		reached[0][1078] = 1;
		spin_assert((now.jobs_turn>=0), "(jobs_turn>=0)", II, tt, t);
		/* merge: .(goto)(0, 1083, 1082) */
		reached[0][1083] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 387: // STATE 1080 - /work/wt/proofs/tests/model/claims.pml:340 - [((turns==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1080] = 1;
		if (!((((int)((P0 *)_this)->turns)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 388: // STATE 1085 - /work/wt/proofs/tests/model/claims.pml:234 - [(((waiting==0)||(jobs_turn>0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1085] = 1;
		if (!(((((int)((P0 *)_this)->waiting)==0)||(now.jobs_turn>0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 389: // STATE 1086 - /work/wt/proofs/tests/model/claims.pml:235 - [(((waiting>0)&&(jobs_turn==0)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1086] = 1;
		if (!(((((int)((P0 *)_this)->waiting)>0)&&(now.jobs_turn==0))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 390: // STATE 1087 - /work/wt/proofs/tests/model/claims.pml:238 - [((waiting>0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1087] = 1;
		if (!((((int)((P0 *)_this)->waiting)>0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 391: // STATE 1088 - /work/wt/proofs/tests/model/claims.pml:216 - [((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1088] = 1;
		if (!(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 392: // STATE 1089 - /work/wt/proofs/tests/model/claims.pml:116 - [assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))] (0:1092:1 - 1)
		IfNotBlocked
		reached[0][1089] = 1;
		spin_assert(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)), "( !((word[0]&(8|16)))&&((word[0]&7)<1))", II, tt, t);
		/* merge: word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )(1092, 1090, 1092) */
		reached[0][1090] = 1;
		(trpt+1)->bup.oval = ((int)now.word[0]);
		now.word[0] = ( ((1==1)) ? ((8|1)) : ((((int)now.word[0])+1)) );
#ifdef VAR_RANGES
		logval("word[0]", ((int)now.word[0]));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 393: // STATE 1092 - /work/wt/proofs/tests/model/claims.pml:216 - [inbox[0]!me,0] (1106:0:1 - 1)
		IfNotBlocked
		reached[0][1092] = 1;
		if (q_full(now.inbox[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.inbox[0]);
		sprintf(simtmp, "%d", ((int)((P0 *)_this)->me)); strcat(simvals, simtmp);		strcat(simvals, ",");
		sprintf(simtmp, "%d", 0); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.inbox[0], 0, ((int)((P0 *)_this)->me), 0, 2);
		/* merge: got = 1(0, 1093, 1106) */
		reached[0][1093] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 1;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: .(goto)(0, 1097, 1106) */
		reached[0][1097] = 1;
		;
		_m = 2; goto P999; /* 2 */
	case 394: // STATE 1095 - /work/wt/proofs/tests/model/claims.pml:217 - [((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1095] = 1;
		if (!(( !(( !((((int)now.word[0])&(8|16)))&&((((int)now.word[0])&7)<1)))||((1>1)&&(((int)now.word[0])&7)))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 395: // STATE 1100 - /work/wt/proofs/tests/model/claims.pml:241 - [(got)] (1110:0:3 - 1)
		IfNotBlocked
		reached[0][1100] = 1;
		if (!(((int)((P0 *)_this)->got)))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: got */  (trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->got;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->got = 0;
		/* merge: got = 0(1110, 1101, 1110) */
		reached[0][1101] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->got);
		((P0 *)_this)->got = 0;
#ifdef VAR_RANGES
		logval("shard:got", ((int)((P0 *)_this)->got));
#endif
		;
		/* merge: waiting = (waiting-1)(1110, 1102, 1110) */
		reached[0][1102] = 1;
		(trpt+1)->bup.ovals[2] = ((int)((P0 *)_this)->waiting);
		((P0 *)_this)->waiting = (((int)((P0 *)_this)->waiting)-1);
#ifdef VAR_RANGES
		logval("shard:waiting", ((int)((P0 *)_this)->waiting));
#endif
		;
		/* merge: .(goto)(0, 1107, 1110) */
		reached[0][1107] = 1;
		;
		/* merge: .(goto)(0, 1111, 1110) */
		reached[0][1111] = 1;
		;
		_m = 3; goto P999; /* 4 */
	case 396: // STATE 1104 - /work/wt/proofs/tests/model/claims.pml:242 - [(!(got))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1104] = 1;
		if (!( !(((int)((P0 *)_this)->got))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 397: // STATE 1108 - /work/wt/proofs/tests/model/claims.pml:244 - [((waiting==0))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1108] = 1;
		if (!((((int)((P0 *)_this)->waiting)==0)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 398: // STATE 1116 - /work/wt/proofs/tests/model/claims.pml:124 - [((hungry_calls&1))] (1120:0:2 - 1)
		IfNotBlocked
		reached[0][1116] = 1;
		if (!((((int)now.hungry_calls)&1)))
			continue;
		/* merge: hungry_calls = (hungry_calls&~(1))(1120, 1117, 1120) */
		reached[0][1117] = 1;
		(trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((int)now.hungry_calls);
		now.hungry_calls = (((int)now.hungry_calls)& ~(1));
#ifdef VAR_RANGES
		logval("hungry_calls", ((int)now.hungry_calls));
#endif
		;
		/* merge: assert(!(out_calls[0]))(1120, 1118, 1120) */
		reached[0][1118] = 1;
		spin_assert( !(((int)now.out_calls[0])), " !(out_calls[0])", II, tt, t);
		/* merge: out_calls[0] = 1(1120, 1119, 1120) */
		reached[0][1119] = 1;
		(trpt+1)->bup.ovals[1] = ((int)now.out_calls[0]);
		now.out_calls[0] = 1;
#ifdef VAR_RANGES
		logval("out_calls[0]", ((int)now.out_calls[0]));
#endif
		;
		_m = 3; goto P999; /* 3 */
	case 399: // STATE 1120 - /work/wt/proofs/tests/model/claims.pml:128 - [box[0]!ROOM_FOR_CALLS] (1132:0:3 - 1)
		IfNotBlocked
		reached[0][1120] = 1;
		if (q_full(now.box[0]))
			continue;
#ifdef HAS_CODE
		if (readtrail && gui) {
			char simtmp[64];
			sprintf(simvals, "%d!", now.box[0]);
		sprintf(simtmp, "%d", 2); strcat(simvals, simtmp);		}
#endif
		
		qsend(now.box[0], 0, 2, 0, 1);
		/* merge: told = 1(1132, 1121, 1132) */
		reached[0][1121] = 1;
		(trpt+1)->bup.ovals = grab_ints(3);
		(trpt+1)->bup.ovals[0] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 1;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		if (TstOnly) return 1; /* TT */
		/* dead 2: told */  
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->told = 0;
		/* merge: .(goto)(1132, 1124, 1132) */
		reached[0][1124] = 1;
		;
		/* merge: told = 0(1132, 1127, 1132) */
		reached[0][1127] = 1;
		(trpt+1)->bup.ovals[1] = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 2; goto P999; /* 4 */
	case 400: // STATE 1124 - /work/wt/proofs/tests/model/claims.pml:132 - [.(goto)] (0:1132:1 - 2)
		IfNotBlocked
		reached[0][1124] = 1;
		;
		/* merge: told = 0(1132, 1127, 1132) */
		reached[0][1127] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 401: // STATE 1122 - /work/wt/proofs/tests/model/claims.pml:130 - [((hungry_calls==0))] (1132:0:1 - 1)
		IfNotBlocked
		reached[0][1122] = 1;
		if (!((((int)now.hungry_calls)==0)))
			continue;
		/* merge: .(goto)(1132, 1124, 1132) */
		reached[0][1124] = 1;
		;
		/* merge: told = 0(1132, 1127, 1132) */
		reached[0][1127] = 1;
		(trpt+1)->bup.oval = ((int)((P0 *)_this)->told);
		((P0 *)_this)->told = 0;
#ifdef VAR_RANGES
		logval("shard:told", ((int)((P0 *)_this)->told));
#endif
		;
		/* merge: .(goto)(0, 1133, 1132) */
		reached[0][1133] = 1;
		;
		_m = 3; goto P999; /* 3 */
	case 402: // STATE 1129 - /work/wt/proofs/tests/model/claims.pml:404 - [((((ended==((1*2)+1))&&(turns==0))&&empty(box[me])))] (1136:0:2 - 1)
		IfNotBlocked
		reached[0][1129] = 1;
		if (!((((((int)now.ended)==((1*2)+1))&&(((int)((P0 *)_this)->turns)==0))&&(q_len(now.box[ Index(((int)((P0 *)_this)->me), 1) ])==0))))
			continue;
		if (TstOnly) return 1; /* TT */
		/* dead 1: turns */  (trpt+1)->bup.ovals = grab_ints(2);
		(trpt+1)->bup.ovals[0] = ((P0 *)_this)->turns;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->turns = 0;
		if (TstOnly) return 1; /* TT */
		/* dead 1: me */  (trpt+1)->bup.ovals[1] = ((P0 *)_this)->me;
#ifdef HAS_CODE
		if (!readtrail)
#endif
			((P0 *)_this)->me = 0;
		/* merge: goto :b0(1136, 1130, 1136) */
		reached[0][1130] = 1;
		;
		/* merge: assert(((waiting==0)&&(jobs==0)))(1136, 1135, 1136) */
		reached[0][1135] = 1;
		spin_assert(((((int)((P0 *)_this)->waiting)==0)&&(((int)((P0 *)_this)->jobs)==0)), "((waiting==0)&&(jobs==0))", II, tt, t);
		_m = 3; goto P999; /* 2 */
	case 403: // STATE 1135 - /work/wt/proofs/tests/model/claims.pml:406 - [assert(((waiting==0)&&(jobs==0)))] (0:1136:0 - 2)
		IfNotBlocked
		reached[0][1135] = 1;
		spin_assert(((((int)((P0 *)_this)->waiting)==0)&&(((int)((P0 *)_this)->jobs)==0)), "((waiting==0)&&(jobs==0))", II, tt, t);
		_m = 3; goto P999; /* 0 */
	case 404: // STATE 1136 - /work/wt/proofs/tests/model/claims.pml:407 - [-end-] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1136] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */
	case  _T5:	/* np_ */
		if (!((!(trpt->o_pm&4) && !(trpt->tau&128))))
			continue;
		/* else fall through */
	case  _T2:	/* true */
		_m = 3; goto P999;
#undef rand
	}

