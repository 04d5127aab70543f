	switch (t->back) {
	default: Uerror("bad return move");
	case  0: goto R999; /* nothing to undo */

		 /* CLAIM a_job_that_waits_runs */
;
		;
		;
		;
		
	case 5: // STATE 13
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC :init: */

	case 6: // STATE 2
		;
		((P2 *)_this)->_6_20_i = trpt->bup.ovals[1];
		((P2 *)_this)->_6_20_i = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		
	case 8: // STATE 4
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 9: // STATE 5
		;
		((P2 *)_this)->_6_20_i = trpt->bup.oval;
		;
		goto R999;

	case 10: // STATE 11
		;
		((P2 *)_this)->_6_20_i = trpt->bup.oval;
		;
		goto R999;
;
		;
		
	case 12: // STATE 13
		;
		;
		delproc(0, now._nr_pr-1);
		;
		goto R999;

	case 13: // STATE 14
		;
		((P2 *)_this)->_6_20_i = trpt->bup.oval;
		;
		goto R999;

	case 14: // STATE 21
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC worker */

	case 15: // STATE 1
		;
		XX = 1;
		unrecv(now.inbox[ Index(((int)((P1 *)_this)->w), 1) ], XX-1, 0, ((int)((P1 *)_this)->home), 1);
		unrecv(now.inbox[ Index(((int)((P1 *)_this)->w), 1) ], XX-1, 1, ((int)((P1 *)_this)->is_job), 0);
		((P1 *)_this)->home = trpt->bup.ovals[0];
		((P1 *)_this)->is_job = trpt->bup.ovals[1];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		
	case 17: // STATE 3
		;
		_m = unsend(now.box[ Index(((int)((P1 *)_this)->home), 1) ]);
		;
		goto R999;

	case 18: // STATE 5
		;
		_m = unsend(now.box[ Index(((int)((P1 *)_this)->home), 1) ]);
		;
		goto R999;

	case 19: // STATE 11
		;
		now.word[ Index(((P1 *)_this)->w, 1) ] = trpt->bup.oval;
		;
		goto R999;

	case 20: // STATE 14
		;
	/* 0 */	((P1 *)_this)->is_job = trpt->bup.oval;
		;
		;
		goto R999;
;
		;
		
	case 22: // STATE 20
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 23: // STATE 22
		;
		((P1 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 24: // STATE 25
		goto R999;
;
		;
		
	case 26: // STATE 32
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 27: // STATE 35
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 28: // STATE 39
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.turn = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 29: // STATE 45
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 30: // STATE 47
		;
		((P1 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 31: // STATE 50
		goto R999;
;
		;
		
	case 33: // STATE 55
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 34: // STATE 61
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 35: // STATE 69
		;
		((P1 *)_this)->told = trpt->bup.ovals[1];
		((P1 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 36: // STATE 69
		;
		((P1 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 37: // STATE 69
		;
		((P1 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 40: // STATE 80
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 41: // STATE 82
		;
		((P1 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 42: // STATE 85
		goto R999;
;
		
	case 43: // STATE 83
		goto R999;

	case 44: // STATE 106
		;
		((P1 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P1 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 45: // STATE 91
		;
	/* 0 */	((P1 *)_this)->told = trpt->bup.oval;
		;
		;
		goto R999;

	case 46: // STATE 96
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 47: // STATE 106
		;
		((P1 *)_this)->told = trpt->bup.ovals[1];
		((P1 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 48: // STATE 106
		;
		((P1 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 49: // STATE 106
		;
		((P1 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 50: // STATE 108
		;
	/* 0 */	((P1 *)_this)->is_job = trpt->bup.oval;
		;
		;
		goto R999;

	case 51: // STATE 113
		;
		((P1 *)_this)->is_job = trpt->bup.ovals[1];
		((P1 *)_this)->home = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 52: // STATE 118
		;
		p_restor(II);
		;
		;
		goto R999;

		 /* PROC shard */

	case 53: // STATE 2
		;
		((P0 *)_this)->calls = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 56: // STATE 7
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 57: // STATE 10
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		;
		;
		
	case 60: // STATE 21
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 61: // STATE 24
		;
		((P0 *)_this)->waiting = trpt->bup.oval;
		;
		goto R999;

	case 62: // STATE 27
		;
		((P0 *)_this)->waiting = trpt->bup.oval;
		;
		goto R999;
;
		;
		
	case 64: // STATE 32
		;
		now.hungry_calls = trpt->bup.ovals[2];
		((P0 *)_this)->asked = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->asked = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		
	case 69: // STATE 42
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 70: // STATE 45
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 72: // STATE 54
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		
	case 75: // STATE 75
		;
		now.waits = trpt->bup.ovals[3];
		((P0 *)_this)->has_jobs = trpt->bup.ovals[2];
		((P0 *)_this)->jobs = trpt->bup.ovals[1];
		((P0 *)_this)->to_come = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 4);
		goto R999;
;
		;
		;
		;
		;
		;
		
	case 79: // STATE 84
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
		now.word[0] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 80: // STATE 86
		;
		((P0 *)_this)->jobs = trpt->bup.oval;
		;
		goto R999;

	case 81: // STATE 87
		;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		
	case 82: // STATE 92
		goto R999;

	case 83: // STATE 90
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		
	case 86: // STATE 102
		;
		now.hungry_jobs = trpt->bup.ovals[2];
		((P0 *)_this)->asked_jobs = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->asked_jobs = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		
	case 88: // STATE 108
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
		now.word[0] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 89: // STATE 110
		;
		((P0 *)_this)->jobs = trpt->bup.oval;
		;
		goto R999;

	case 90: // STATE 111
		;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		
	case 91: // STATE 116
		goto R999;

	case 92: // STATE 114
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		
	case 95: // STATE 128
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 96: // STATE 133
		;
		((P0 *)_this)->has_jobs = trpt->bup.ovals[3];
		((P0 *)_this)->got = trpt->bup.ovals[2];
		((P0 *)_this)->given_up = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 4);
		goto R999;

	case 97: // STATE 139
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		now.word[ Index(((P0 *)_this)->mine, 1) ] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		
	case 99: // STATE 145
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 100: // STATE 147
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 101: // STATE 150
		goto R999;
;
		;
		
	case 103: // STATE 157
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 104: // STATE 160
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 105: // STATE 164
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.turn = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 106: // STATE 170
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 107: // STATE 172
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 108: // STATE 175
		goto R999;
;
		;
		
	case 110: // STATE 180
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 111: // STATE 186
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 112: // STATE 194
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 113: // STATE 194
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 114: // STATE 194
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 117: // STATE 205
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 118: // STATE 207
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 119: // STATE 210
		goto R999;
;
		
	case 120: // STATE 208
		goto R999;

	case 121: // STATE 231
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 122: // STATE 216
		;
	/* 0 */	((P0 *)_this)->told = trpt->bup.oval;
		;
		;
		goto R999;

	case 123: // STATE 221
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 124: // STATE 231
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 125: // STATE 231
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 126: // STATE 231
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 127: // STATE 241
		;
		((P0 *)_this)->calls = trpt->bup.oval;
		XX = 1;
		unrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 4, 1);
		;
		;
		goto R999;

	case 128: // STATE 244
		;
		now.homecoming = trpt->bup.oval;
		;
		goto R999;

	case 129: // STATE 247
		;
		now.homecoming = trpt->bup.oval;
		;
		goto R999;

	case 130: // STATE 251
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.homecoming = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 131: // STATE 257
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 132: // STATE 259
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 133: // STATE 262
		goto R999;
;
		;
		
	case 135: // STATE 267
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 136: // STATE 273
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 137: // STATE 281
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 138: // STATE 281
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 139: // STATE 281
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 140: // STATE 288
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		;
		;
		
	case 146: // STATE 296
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 147: // STATE 299
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 149: // STATE 308
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		
	case 152: // STATE 326
		;
		now.ended = trpt->bup.oval;
		XX = 1;
		unrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 3, 1);
		;
		;
		goto R999;

	case 153: // STATE 329
		;
		now.homecoming = trpt->bup.oval;
		;
		goto R999;

	case 154: // STATE 332
		;
		now.homecoming = trpt->bup.oval;
		;
		goto R999;

	case 155: // STATE 336
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.homecoming = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 156: // STATE 342
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 157: // STATE 344
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 158: // STATE 347
		goto R999;
;
		;
		
	case 160: // STATE 352
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 161: // STATE 358
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 162: // STATE 366
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 163: // STATE 366
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 164: // STATE 366
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 165: // STATE 373
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		;
		;
		
	case 171: // STATE 381
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 172: // STATE 384
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 174: // STATE 393
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		;
		;
		
	case 180: // STATE 417
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
		now.word[0] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 181: // STATE 419
		;
		((P0 *)_this)->jobs = trpt->bup.oval;
		;
		goto R999;

	case 182: // STATE 420
		;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		
	case 183: // STATE 425
		goto R999;

	case 184: // STATE 423
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		
	case 187: // STATE 435
		;
		now.hungry_jobs = trpt->bup.ovals[2];
		((P0 *)_this)->asked_jobs = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->asked_jobs = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		
	case 189: // STATE 441
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
		now.word[0] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 190: // STATE 443
		;
		((P0 *)_this)->jobs = trpt->bup.oval;
		;
		goto R999;

	case 191: // STATE 444
		;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		
	case 192: // STATE 449
		goto R999;

	case 193: // STATE 447
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		
	case 196: // STATE 461
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 197: // STATE 466
		;
		((P0 *)_this)->has_jobs = trpt->bup.ovals[3];
		((P0 *)_this)->got = trpt->bup.ovals[2];
		((P0 *)_this)->given_up = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 4);
		goto R999;

	case 198: // STATE 472
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		now.word[ Index(((P0 *)_this)->mine, 1) ] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		
	case 200: // STATE 478
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 201: // STATE 480
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 202: // STATE 483
		goto R999;
;
		;
		
	case 204: // STATE 490
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 205: // STATE 493
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 206: // STATE 497
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.turn = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 207: // STATE 503
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 208: // STATE 505
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 209: // STATE 508
		goto R999;
;
		;
		
	case 211: // STATE 513
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 212: // STATE 519
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 213: // STATE 527
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 214: // STATE 527
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 215: // STATE 527
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 218: // STATE 538
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 219: // STATE 540
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 220: // STATE 543
		goto R999;
;
		
	case 221: // STATE 541
		goto R999;

	case 222: // STATE 564
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 223: // STATE 549
		;
	/* 0 */	((P0 *)_this)->told = trpt->bup.oval;
		;
		;
		goto R999;

	case 224: // STATE 554
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 225: // STATE 564
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 226: // STATE 564
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 227: // STATE 564
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 228: // STATE 575
		;
		((P0 *)_this)->asked = trpt->bup.ovals[1];
		now.out_calls[ Index(((P0 *)_this)->me, 2) ] = trpt->bup.ovals[0];
		XX = 1;
		unrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 2, 1);
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		
	case 233: // STATE 582
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 234: // STATE 585
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 236: // STATE 594
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		
	case 241: // STATE 614
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 242: // STATE 616
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 243: // STATE 619
		goto R999;
;
		;
		
	case 245: // STATE 626
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 246: // STATE 629
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 247: // STATE 633
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.turn = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 248: // STATE 639
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 249: // STATE 641
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 250: // STATE 644
		goto R999;
;
		;
		
	case 252: // STATE 649
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 253: // STATE 655
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 254: // STATE 663
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 255: // STATE 663
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 256: // STATE 663
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 259: // STATE 674
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 260: // STATE 676
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 261: // STATE 679
		goto R999;
;
		
	case 262: // STATE 677
		goto R999;

	case 263: // STATE 700
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 264: // STATE 685
		;
	/* 0 */	((P0 *)_this)->told = trpt->bup.oval;
		;
		;
		goto R999;

	case 265: // STATE 690
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 266: // STATE 700
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 267: // STATE 700
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 268: // STATE 700
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 271: // STATE 706
		;
		now.hungry_calls = trpt->bup.ovals[2];
		((P0 *)_this)->asked = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->asked = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		
	case 276: // STATE 716
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 277: // STATE 719
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 279: // STATE 728
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		
	case 282: // STATE 747
		;
		((P0 *)_this)->asked_jobs = trpt->bup.ovals[1];
		now.out_jobs = trpt->bup.ovals[0];
		XX = 1;
		unrecv(now.box[ Index(((int)((P0 *)_this)->me), 1) ], XX-1, 0, 1, 1);
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 283: // STATE 753
		;
		now.gives_way = trpt->bup.ovals[1];
		((P0 *)_this)->turns = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 284: // STATE 753
		;
		now.gives_way = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		;
		;
		
	case 288: // STATE 762
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
		now.word[0] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 289: // STATE 764
		;
		((P0 *)_this)->jobs = trpt->bup.oval;
		;
		goto R999;

	case 290: // STATE 765
		;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		
	case 291: // STATE 770
		goto R999;

	case 292: // STATE 768
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		
	case 295: // STATE 780
		;
		now.hungry_jobs = trpt->bup.ovals[2];
		((P0 *)_this)->asked_jobs = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->asked_jobs = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		
	case 297: // STATE 786
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
		now.word[0] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 298: // STATE 788
		;
		((P0 *)_this)->jobs = trpt->bup.oval;
		;
		goto R999;

	case 299: // STATE 789
		;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		
	case 300: // STATE 794
		goto R999;

	case 301: // STATE 792
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		
	case 304: // STATE 806
		;
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 305: // STATE 811
		;
		((P0 *)_this)->has_jobs = trpt->bup.ovals[3];
		((P0 *)_this)->got = trpt->bup.ovals[2];
		((P0 *)_this)->given_up = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->given_up = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 4);
		goto R999;

	case 306: // STATE 817
		;
		((P0 *)_this)->mine = trpt->bup.ovals[1];
		now.word[ Index(((P0 *)_this)->mine, 1) ] = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		
	case 308: // STATE 823
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 309: // STATE 825
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 310: // STATE 828
		goto R999;
;
		;
		
	case 312: // STATE 835
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 313: // STATE 838
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 314: // STATE 842
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.turn = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 315: // STATE 848
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 316: // STATE 850
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 317: // STATE 853
		goto R999;
;
		;
		
	case 319: // STATE 858
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 320: // STATE 864
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 321: // STATE 872
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 322: // STATE 872
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 323: // STATE 872
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 326: // STATE 883
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 327: // STATE 885
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 328: // STATE 888
		goto R999;
;
		
	case 329: // STATE 886
		goto R999;

	case 330: // STATE 909
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 331: // STATE 894
		;
	/* 0 */	((P0 *)_this)->told = trpt->bup.oval;
		;
		;
		goto R999;

	case 332: // STATE 899
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 333: // STATE 909
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 334: // STATE 909
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 335: // STATE 909
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 338: // STATE 922
		;
		now.jobs_turn = trpt->bup.ovals[1];
		((P0 *)_this)->turns = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		;
		;
		
	case 344: // STATE 935
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 345: // STATE 938
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 347: // STATE 947
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		
	case 350: // STATE 964
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 351: // STATE 972
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 352: // STATE 972
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 353: // STATE 972
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		;
		;
		
	case 357: // STATE 981
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 358: // STATE 983
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 359: // STATE 986
		goto R999;
;
		;
		
	case 361: // STATE 993
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 362: // STATE 996
		;
		now.turn = trpt->bup.oval;
		;
		goto R999;

	case 363: // STATE 1000
		;
		now.jobs_turn = trpt->bup.ovals[1];
		now.turn = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 364: // STATE 1006
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 365: // STATE 1008
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 366: // STATE 1011
		goto R999;
;
		;
		
	case 368: // STATE 1016
		;
		now.jobs_turn = trpt->bup.oval;
		;
		goto R999;

	case 369: // STATE 1022
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 370: // STATE 1030
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 371: // STATE 1030
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 372: // STATE 1030
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 375: // STATE 1041
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 376: // STATE 1043
		;
		((P0 *)_this)->told = trpt->bup.oval;
		_m = unsend(now.box[0]);
		;
		goto R999;
;
		
	case 377: // STATE 1046
		goto R999;
;
		
	case 378: // STATE 1044
		goto R999;

	case 379: // STATE 1067
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->told = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 380: // STATE 1052
		;
	/* 0 */	((P0 *)_this)->told = trpt->bup.oval;
		;
		;
		goto R999;

	case 381: // STATE 1057
		;
		now.gives_way = trpt->bup.ovals[2];
		now.out_jobs = trpt->bup.ovals[1];
		now.hungry_jobs = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 382: // STATE 1067
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 383: // STATE 1067
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 384: // STATE 1067
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;
;
		;
		
	case 386: // STATE 1077
		;
		now.jobs_turn = trpt->bup.ovals[1];
		((P0 *)_this)->turns = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		;
		;
		;
		;
		;
		;
		;
		;
		;
		
	case 392: // STATE 1090
		;
		now.word[0] = trpt->bup.oval;
		;
		goto R999;

	case 393: // STATE 1093
		;
		((P0 *)_this)->got = trpt->bup.oval;
		_m = unsend(now.inbox[0]);
		;
		goto R999;
;
		;
		
	case 395: // STATE 1102
		;
		((P0 *)_this)->waiting = trpt->bup.ovals[2];
		((P0 *)_this)->got = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->got = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;
;
		;
		;
		;
		
	case 398: // STATE 1119
		;
		now.out_calls[0] = trpt->bup.ovals[1];
		now.hungry_calls = trpt->bup.ovals[0];
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;

	case 399: // STATE 1127
		;
		((P0 *)_this)->told = trpt->bup.ovals[1];
		((P0 *)_this)->told = trpt->bup.ovals[0];
		_m = unsend(now.box[0]);
		;
		ungrab_ints(trpt->bup.ovals, 3);
		goto R999;

	case 400: // STATE 1127
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 401: // STATE 1127
		;
		((P0 *)_this)->told = trpt->bup.oval;
		;
		goto R999;

	case 402: // STATE 1129
		;
	/* 1 */	((P0 *)_this)->me = trpt->bup.ovals[1];
	/* 0 */	((P0 *)_this)->turns = trpt->bup.ovals[0];
		;
		;
		ungrab_ints(trpt->bup.ovals, 2);
		goto R999;
;
		
	case 403: // STATE 1135
		goto R999;

	case 404: // STATE 1136
		;
		p_restor(II);
		;
		;
		goto R999;
	}

