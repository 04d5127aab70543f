#ifdef PEG
struct T_SRC {
	char *fl; int ln;
} T_SRC[NTRANS];

void
tr_2_src(int m, char *file, int ln)
{	T_SRC[m].fl = file;
	T_SRC[m].ln = ln;
}

void
putpeg(int n, int m)
{	printf("%5d	trans %4d ", m, n);
	printf("%s:%d\n",
		T_SRC[n].fl, T_SRC[n].ln);
}
#endif

void
settable(void)
{	Trans *T;
	Trans *settr(int, int, int, int, int, char *, int, int, int);

	trans = (Trans ***) emalloc(5*sizeof(Trans **));

	/* proctype 3: a_job_that_waits_runs */

	trans[3] = (Trans **) emalloc(14*sizeof(Trans *));

	trans[3][6]	= settr(1280,0,5,1,0,".(goto)", 0, 2, 0);
	T = trans[3][5] = settr(1279,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1279,0,1,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(1279,0,3,0,0,"DO", 0, 2, 0);
	trans[3][1]	= settr(1275,0,10,3,0,"((!(!(waits))&&!(ran)))", 1, 2, 0);
	trans[3][2]	= settr(1276,0,10,1,0,"goto accept_S4", 0, 2, 0);
	trans[3][3]	= settr(1277,0,5,1,0,"(1)", 0, 2, 0);
	trans[3][4]	= settr(1278,0,5,1,0,"goto T0_init", 0, 2, 0);
	trans[3][7]	= settr(1281,0,10,1,0,"break", 0, 2, 0);
	trans[3][11]	= settr(1285,0,10,1,0,".(goto)", 0, 2, 0);
	T = trans[3][10] = settr(1284,0,0,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(1284,0,8,0,0,"DO", 0, 2, 0);
	trans[3][8]	= settr(1282,0,10,4,0,"(!(ran))", 1, 2, 0);
	trans[3][9]	= settr(1283,0,10,1,0,"goto accept_S4", 0, 2, 0);
	trans[3][12]	= settr(1286,0,13,1,0,"break", 0, 2, 0);
	trans[3][13]	= settr(1287,0,0,5,5,"-end-", 0, 3500, 0);

	/* proctype 2: :init: */

	trans[2] = (Trans **) emalloc(22*sizeof(Trans *));

	T = trans[ 2][20] = settr(1273,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1273,2,1,0,0,"ATOMIC", 1, 2, 0);
	trans[2][1]	= settr(1254,2,8,6,6,"i = 0", 1, 2, 0); /* m: 2 -> 0,8 */
	reached2[2] = 1;
	trans[2][2]	= settr(0,0,0,0,0,"i = 0",0,0,0);
	trans[2][9]	= settr(1262,2,8,1,0,".(goto)", 1, 2, 0);
	T = trans[2][8] = settr(1261,2,0,0,0,"DO", 1, 2, 0);
	T = T->nxt	= settr(1261,2,3,0,0,"DO", 1, 2, 0);
	    T->nxt	= settr(1261,2,6,0,0,"DO", 1, 2, 0);
	trans[2][3]	= settr(1256,2,4,7,0,"((i<=(1-1)))", 1, 2, 0);
	trans[2][4]	= settr(1257,2,5,8,8,"(run shard(i))", 1, 2, 0);
	trans[2][5]	= settr(1258,2,8,9,9,"i = (i+1)", 1, 2, 0);
	trans[2][6]	= settr(1259,2,11,2,0,"else", 1, 2, 0);
	trans[2][7]	= settr(1260,2,11,1,0,"goto :b14", 1, 2, 0); /* m: 11 -> 0,17 */
	reached2[11] = 1;
	trans[2][10]	= settr(1263,2,11,1,0,"break", 1, 2, 0);
	trans[2][11]	= settr(1264,2,17,10,10,"i = 0", 1, 2, 0);
	trans[2][18]	= settr(1271,2,17,1,0,".(goto)", 1, 2, 0);
	T = trans[2][17] = settr(1270,2,0,0,0,"DO", 1, 2, 0);
	T = T->nxt	= settr(1270,2,12,0,0,"DO", 1, 2, 0);
	    T->nxt	= settr(1270,2,15,0,0,"DO", 1, 2, 0);
	trans[2][12]	= settr(1265,2,13,11,0,"((i<=(1-1)))", 1, 2, 0);
	trans[2][13]	= settr(1266,2,14,12,12,"(run worker(i))", 1, 2, 0);
	trans[2][14]	= settr(1267,2,17,13,13,"i = (i+1)", 1, 2, 0);
	trans[2][15]	= settr(1268,2,16,2,0,"else", 1, 2, 0);
	trans[2][16]	= settr(1269,2,19,1,0,"goto :b15", 1, 2, 0);
	trans[2][19]	= settr(1272,0,21,1,0,"break", 1, 2, 0);
	trans[2][21]	= settr(1274,0,0,14,14,"-end-", 0, 3500, 0);

	/* proctype 1: worker */

	trans[1] = (Trans **) emalloc(119*sizeof(Trans *));

	trans[1][116]	= settr(1251,0,115,1,0,".(goto)", 0, 2, 0);
	T = trans[1][115] = settr(1250,0,0,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(1250,0,9,0,0,"DO", 0, 2, 0);
	T = trans[ 1][9] = settr(1144,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1144,2,1,0,0,"ATOMIC", 1, 503, 0);
	trans[1][1]	= settr(1136,2,8,15,15,"inbox[w]?home,is_job", 1, 503, 0);
	T = trans[ 1][8] = settr(1143,0,0,0,0,"sub-sequence", 1, 503, 0);
	T->nxt	= settr(1143,0,6,0,0,"sub-sequence", 1, 503, 0);
	T = trans[1][6] = settr(1141,2,0,0,0,"IF", 1, 503, 0);
	T = T->nxt	= settr(1141,2,2,0,0,"IF", 1, 503, 0);
	    T->nxt	= settr(1141,2,4,0,0,"IF", 1, 503, 0);
	trans[1][2]	= settr(1137,2,3,16,0,"(is_job)", 1, 503, 0);
	trans[1][3]	= settr(1138,4,13,17,17,"box[home]!JOB_DONE", 1, 503, 0); /* m: 7 -> 13,0 */
	reached1[7] = 1;
	trans[1][7]	= settr(1142,0,13,1,0,".(goto)", 1, 503, 0);
	trans[1][4]	= settr(1139,2,5,2,0,"else", 1, 503, 0);
	trans[1][5]	= settr(1140,4,13,18,18,"box[home]!CALL_DONE", 1, 503, 0); /* m: 7 -> 13,0 */
	reached1[7] = 1;
	T = trans[ 1][13] = settr(1148,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1148,0,12,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 1][12] = settr(1147,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1147,2,10,0,0,"ATOMIC", 1, 2, 0);
	trans[1][10]	= settr(1145,4,111,19,19,"assert(((word[w]&7)>0))", 1, 2, 0); /* m: 11 -> 0,111 */
	reached1[11] = 1;
	trans[1][11]	= settr(0,0,0,0,0,"word[w] = (((word[w]&7)-1)|(word[w]&16))",0,0,0);
	T = trans[ 1][111] = settr(1246,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1246,0,109,0,0,"sub-sequence", 0, 2, 0);
	T = trans[1][109] = settr(1244,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1244,0,14,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1244,0,108,0,0,"IF", 0, 2, 0);
	trans[1][14]	= settr(1149,0,107,20,20,"((((1==1)||is_job)||((word[w]&7)==0)))", 1, 2, 0);
	T = trans[ 1][107] = settr(1242,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1242,0,29,0,0,"sub-sequence", 0, 2, 0);
	T = trans[1][29] = settr(1164,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1164,0,15,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1164,0,28,0,0,"IF", 0, 2, 0);
	trans[1][15]	= settr(1150,0,27,21,0,"((jobs_turn>0))", 1, 2, 0);
	T = trans[ 1][27] = settr(1162,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1162,0,26,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 1][26] = settr(1161,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1161,2,24,0,0,"ATOMIC", 1, 4, 0);
	T = trans[1][24] = settr(1159,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1159,2,16,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1159,2,23,0,0,"IF", 1, 4, 0);
	trans[1][16]	= settr(1151,2,21,22,22,"(hungry_jobs)", 1, 4, 0); /* m: 17 -> 21,0 */
	reached1[17] = 1;
	trans[1][17]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[1][18]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[1][19]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[1][20]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[1][21]	= settr(1156,0,74,23,23,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 22 -> 74,0 */
	reached1[22] = 1;
	trans[1][22]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[1][25]	= settr(1160,0,74,24,24,".(goto)", 1, 4, 0);
	trans[1][23]	= settr(1158,2,25,2,0,"else", 1, 4, 0);
	trans[1][30]	= settr(1165,0,74,1,0,".(goto)", 0, 2, 0);
	trans[1][28]	= settr(1163,0,74,25,0,"((jobs_turn==0))", 1, 2, 0);
	T = trans[ 1][74] = settr(1209,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1209,0,72,0,0,"sub-sequence", 0, 2, 0);
	T = trans[1][72] = settr(1207,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1207,0,33,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1207,0,36,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1207,0,40,0,0,"IF", 0, 2, 0);
	T = trans[ 1][33] = settr(1168,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1168,2,31,0,0,"ATOMIC", 1, 2, 0);
	trans[1][31]	= settr(1166,0,88,26,26,"(told)", 1, 2, 0); /* m: 32 -> 88,0 */
	reached1[32] = 1;
	trans[1][32]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[1][73]	= settr(1208,0,88,1,0,".(goto)", 0, 2, 0);
	T = trans[ 1][36] = settr(1171,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1171,2,34,0,0,"ATOMIC", 1, 2, 0);
	trans[1][34]	= settr(1169,0,88,27,27,"((!(told)&&!(((1&&turn)&&hungry_jobs))))", 1, 2, 0); /* m: 35 -> 88,0 */
	reached1[35] = 1;
	trans[1][35]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	T = trans[ 1][40] = settr(1175,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1175,2,37,0,0,"ATOMIC", 1, 2, 0);
	trans[1][37]	= settr(1172,4,52,28,28,"(((!(told)&&turn)&&hungry_jobs))", 1, 2, 0); /* m: 38 -> 52,0 */
	reached1[38] = 1;
	trans[1][38]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[1][39]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 1][52] = settr(1187,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1187,0,51,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 1][51] = settr(1186,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1186,2,49,0,0,"ATOMIC", 1, 4, 0);
	T = trans[1][49] = settr(1184,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1184,2,41,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1184,2,48,0,0,"IF", 1, 4, 0);
	trans[1][41]	= settr(1176,2,46,29,29,"(hungry_jobs)", 1, 4, 0); /* m: 42 -> 46,0 */
	reached1[42] = 1;
	trans[1][42]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[1][43]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[1][44]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[1][45]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[1][46]	= settr(1181,4,70,30,30,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 47 -> 70,0 */
	reached1[47] = 1;
	trans[1][47]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[1][50]	= settr(1185,0,70,31,31,".(goto)", 1, 4, 0);
	trans[1][48]	= settr(1183,2,50,2,0,"else", 1, 4, 0);
	T = trans[1][70] = settr(1205,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1205,0,53,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1205,0,54,0,0,"IF", 0, 2, 0);
	trans[1][53]	= settr(1188,0,88,32,0,"(told)", 0, 2, 0);
	trans[1][71]	= settr(1206,0,88,1,0,".(goto)", 0, 2, 0);
	trans[1][54]	= settr(1189,0,57,2,0,"else", 0, 2, 0);
	T = trans[ 1][57] = settr(1192,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1192,2,55,0,0,"ATOMIC", 1, 2, 0);
	trans[1][55]	= settr(1190,4,68,33,33,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 56 -> 0,68 */
	reached1[56] = 1;
	trans[1][56]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 1][68] = settr(1203,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1203,0,67,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 1][67] = settr(1202,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1202,2,65,0,0,"ATOMIC", 1, 4, 0);
	T = trans[1][65] = settr(1200,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1200,2,58,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1200,2,64,0,0,"IF", 1, 4, 0);
	trans[1][58]	= settr(1193,2,62,34,34,"((hungry_calls&1))", 1, 4, 0); /* m: 59 -> 62,0 */
	reached1[59] = 1;
	trans[1][59]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[1][60]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[1][61]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[1][62]	= settr(1197,0,88,35,35,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 63 -> 88,0 */
	reached1[63] = 1;
	trans[1][63]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[1][66]	= settr(1201,0,88,36,36,".(goto)", 1, 4, 0); /* m: 69 -> 0,88 */
	reached1[69] = 1;
	trans[1][64]	= settr(1199,0,88,37,37,"((hungry_calls==0))", 1, 4, 0); /* m: 66 -> 88,0 */
	reached1[66] = 1;
	trans[1][69]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[1][88] = settr(1223,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1223,0,75,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1223,0,76,0,0,"IF", 0, 2, 0);
	trans[1][75]	= settr(1210,0,104,38,0,"(told)", 0, 2, 0);
	trans[1][89]	= settr(1224,0,104,1,0,".(goto)", 0, 2, 0);
	trans[1][76]	= settr(1211,0,87,39,0,"(!(told))", 0, 2, 0);
	T = trans[ 1][87] = settr(1222,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1222,0,86,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 1][86] = settr(1221,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1221,2,84,0,0,"ATOMIC", 1, 4, 0);
	T = trans[1][84] = settr(1219,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1219,2,77,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1219,2,83,0,0,"IF", 1, 4, 0);
	trans[1][77]	= settr(1212,2,81,40,40,"((hungry_calls&1))", 1, 4, 0); /* m: 78 -> 81,0 */
	reached1[78] = 1;
	trans[1][78]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[1][79]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[1][80]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[1][81]	= settr(1216,0,104,41,41,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 82 -> 104,0 */
	reached1[82] = 1;
	trans[1][82]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[1][85]	= settr(1220,0,104,42,42,".(goto)", 1, 4, 0);
	trans[1][83]	= settr(1218,0,104,43,43,"((hungry_calls==0))", 1, 4, 0); /* m: 85 -> 104,0 */
	reached1[85] = 1;
	T = trans[1][104] = settr(1239,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1239,0,90,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1239,0,91,0,0,"IF", 0, 2, 0);
	trans[1][90]	= settr(1225,0,114,44,44,"(told)", 0, 2, 0); /* m: 106 -> 114,0 */
	reached1[106] = 1;
	trans[1][105]	= settr(1240,0,106,1,0,".(goto)", 0, 2, 0); /* m: 106 -> 0,114 */
	reached1[106] = 1;
	trans[1][91]	= settr(1226,0,103,45,45,"(!(told))", 0, 2, 0);
	T = trans[ 1][103] = settr(1238,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1238,0,102,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 1][102] = settr(1237,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1237,2,100,0,0,"ATOMIC", 1, 4, 0);
	T = trans[1][100] = settr(1235,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1235,2,92,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1235,2,99,0,0,"IF", 1, 4, 0);
	trans[1][92]	= settr(1227,2,97,46,46,"(hungry_jobs)", 1, 4, 0); /* m: 93 -> 97,0 */
	reached1[93] = 1;
	trans[1][93]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[1][94]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[1][95]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[1][96]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[1][97]	= settr(1232,0,114,47,47,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 98 -> 114,0 */
	reached1[98] = 1;
	trans[1][98]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[1][101]	= settr(1236,0,114,48,48,".(goto)", 1, 4, 0); /* m: 106 -> 0,114 */
	reached1[106] = 1;
	trans[1][99]	= settr(1234,2,101,2,0,"else", 1, 4, 0);
	trans[1][106]	= settr(1241,0,114,49,49,"told = 0", 0, 2, 0);
	trans[1][110]	= settr(1245,0,114,1,0,".(goto)", 0, 2, 0);
	trans[1][108]	= settr(1243,0,114,50,50,"((((1>1)&&!(is_job))&&((word[w]&7)!=0)))", 1, 2, 0);
	T = trans[ 1][114] = settr(1249,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(1249,2,112,0,0,"ATOMIC", 0, 2, 0);
	trans[1][112]	= settr(1247,0,115,51,51,"home = 0", 0, 2, 0); /* m: 113 -> 0,115 */
	reached1[113] = 1;
	trans[1][113]	= settr(0,0,0,0,0,"is_job = 0",0,0,0);
	trans[1][117]	= settr(1252,0,118,1,0,"break", 0, 2, 0);
	trans[1][118]	= settr(1253,0,0,52,52,"-end-", 0, 3500, 0);

	/* proctype 0: shard */

	trans[0] = (Trans **) emalloc(1137*sizeof(Trans *));

	trans[0][1133]	= settr(1132,0,1132,1,0,".(goto)", 0, 2, 0);
	T = trans[0][1132] = settr(1131,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,3,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,76,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,242,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,327,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,576,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,754,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1131,0,1074,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(1131,0,1131,0,0,"DO", 0, 2, 0);
	T = trans[ 0][3] = settr(2,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(2,2,1,0,0,"ATOMIC", 0, 2, 0);
	trans[0][1]	= settr(0,4,70,53,53,"((calls>0))", 0, 2, 0); /* m: 2 -> 70,0 */
	reached0[2] = 1;
	trans[0][2]	= settr(0,0,0,0,0,"calls = (calls-1)",0,0,0);
	T = trans[ 0][70] = settr(69,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(69,0,18,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][18] = settr(17,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(17,0,4,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(17,0,17,0,0,"IF", 0, 2, 0);
	trans[0][4]	= settr(3,0,16,54,0,"(((waiting==0)&&(jobs_turn==0)))", 1, 2, 0);
	T = trans[ 0][16] = settr(15,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(15,0,15,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][15] = settr(14,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(14,0,13,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][13] = settr(12,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(12,0,11,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(12,0,12,0,0,"IF", 0, 2, 0);
	T = trans[ 0][11] = settr(10,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(10,2,5,0,0,"ATOMIC", 1, 3, 0);
	trans[0][5]	= settr(4,2,8,55,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][8] = settr(7,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(7,0,6,0,0,"sub-sequence", 1, 3, 0);
	trans[0][6]	= settr(5,2,9,56,56,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 7 -> 0,9 */
	reached0[7] = 1;
	trans[0][7]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][9]	= settr(8,0,68,57,57,"inbox[0]!me,0", 1, 3, 0); /* m: 10 -> 68,0 */
	reached0[10] = 1;
	trans[0][10]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][14]	= settr(13,0,68,1,0,".(goto)", 0, 2, 0);
	trans[0][12]	= settr(11,0,68,58,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	trans[0][19]	= settr(18,0,68,1,0,".(goto)", 0, 2, 0);
	trans[0][17]	= settr(16,0,68,59,0,"(((waiting>0)||(jobs_turn>0)))", 1, 2, 0);
	T = trans[0][68] = settr(67,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(67,0,22,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(67,0,25,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(67,0,28,0,0,"IF", 0, 2, 0);
	T = trans[ 0][22] = settr(21,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(21,2,20,0,0,"ATOMIC", 0, 2, 0);
	trans[0][20]	= settr(19,0,1132,60,60,"(got)", 0, 2, 0); /* m: 21 -> 1132,0 */
	reached0[21] = 1;
	trans[0][21]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][69]	= settr(68,0,1132,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][25] = settr(24,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(24,2,23,0,0,"ATOMIC", 0, 2, 0);
	trans[0][23]	= settr(22,0,1132,61,61,"((!(got)&&asked))", 0, 2, 0); /* m: 24 -> 1132,0 */
	reached0[24] = 1;
	trans[0][24]	= settr(0,0,0,0,0,"waiting = (waiting+1)",0,0,0);
	T = trans[ 0][28] = settr(27,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(27,2,26,0,0,"ATOMIC", 0, 2, 0);
	trans[0][26]	= settr(25,4,36,62,62,"((!(got)&&!(asked)))", 0, 2, 0); /* m: 27 -> 36,0 */
	reached0[27] = 1;
	trans[0][27]	= settr(0,0,0,0,0,"waiting = (waiting+1)",0,0,0);
	T = trans[ 0][36] = settr(35,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(35,0,34,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][34] = settr(33,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(33,0,29,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(33,0,33,0,0,"IF", 0, 2, 0);
	trans[0][29]	= settr(28,0,67,63,0,"(asked)", 0, 2, 0);
	trans[0][35]	= settr(34,0,67,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][33] = settr(32,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(32,2,30,0,0,"ATOMIC", 1, 2, 0);
	trans[0][30]	= settr(29,0,67,64,64,"(!(asked))", 1, 2, 0); /* m: 31 -> 67,0 */
	reached0[31] = 1;
	trans[0][31]	= settr(0,0,0,0,0,"asked = 1",0,0,0);
	trans[0][32]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls|(1<<me))",0,0,0);
	T = trans[ 0][67] = settr(66,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(66,0,65,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][65] = settr(64,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(64,0,37,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(64,0,38,0,0,"IF", 0, 2, 0);
	trans[0][37]	= settr(36,0,1132,65,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][66]	= settr(65,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][38]	= settr(37,0,62,66,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][63]	= settr(62,0,62,1,0,".(goto)", 0, 2, 0);
	T = trans[0][62] = settr(61,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(61,0,39,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(61,0,60,0,0,"DO", 0, 2, 0);
	trans[0][39]	= settr(38,0,51,67,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][51] = settr(50,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(50,0,50,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][50] = settr(49,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(49,0,48,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][48] = settr(47,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(47,0,46,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(47,0,47,0,0,"IF", 0, 2, 0);
	T = trans[ 0][46] = settr(45,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(45,2,40,0,0,"ATOMIC", 1, 3, 0);
	trans[0][40]	= settr(39,2,43,68,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][43] = settr(42,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(42,0,41,0,0,"sub-sequence", 1, 3, 0);
	trans[0][41]	= settr(40,2,44,69,69,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 42 -> 0,44 */
	reached0[42] = 1;
	trans[0][42]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][44]	= settr(43,0,58,70,70,"inbox[0]!me,0", 1, 3, 0); /* m: 45 -> 58,0 */
	reached0[45] = 1;
	trans[0][45]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][49]	= settr(48,0,58,1,0,".(goto)", 0, 2, 0);
	trans[0][47]	= settr(46,0,58,71,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][58] = settr(57,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(57,0,55,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(57,0,56,0,0,"IF", 0, 2, 0);
	T = trans[ 0][55] = settr(54,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(54,2,52,0,0,"ATOMIC", 0, 2, 0);
	trans[0][52]	= settr(51,0,62,72,72,"(got)", 0, 2, 0); /* m: 53 -> 62,0 */
	reached0[53] = 1;
	trans[0][53]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][54]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][59]	= settr(58,0,62,1,0,".(goto)", 0, 2, 0);
	trans[0][56]	= settr(55,0,1132,73,0,"(!(got))", 0, 2, 0);
	trans[0][57]	= settr(56,0,1132,1,0,"goto :b1", 0, 2, 0);
	trans[0][60]	= settr(59,0,1132,74,0,"((waiting==0))", 0, 2, 0);
	trans[0][61]	= settr(60,0,1132,1,0,"goto :b1", 0, 2, 0);
	trans[0][64]	= settr(63,0,1132,1,0,"break", 0, 2, 0);
	T = trans[ 0][76] = settr(75,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(75,2,71,0,0,"ATOMIC", 1, 2, 0);
	trans[0][71]	= settr(70,4,239,75,75,"((to_come>0))", 1, 2, 0); /* m: 72 -> 239,0 */
	reached0[72] = 1;
	trans[0][72]	= settr(0,0,0,0,0,"to_come = (to_come-1)",0,0,0);
	trans[0][73]	= settr(0,0,0,0,0,"jobs = (jobs+1)",0,0,0);
	trans[0][74]	= settr(0,0,0,0,0,"has_jobs = 1",0,0,0);
	trans[0][75]	= settr(0,0,0,0,0,"waits = 1",0,0,0);
	T = trans[ 0][239] = settr(238,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(238,0,236,0,0,"sub-sequence", 0, 2, 0);
	trans[0][237]	= settr(236,0,236,1,0,".(goto)", 0, 2, 0);
	T = trans[0][236] = settr(235,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(235,0,77,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(235,0,79,0,0,"DO", 0, 2, 0);
	trans[0][77]	= settr(76,0,1132,76,0,"(!(has_jobs))", 0, 2, 0);
	trans[0][78]	= settr(77,0,1132,1,0,"goto :b2", 0, 2, 0);
	trans[0][79]	= settr(78,0,98,77,0,"(has_jobs)", 0, 2, 0);
	T = trans[ 0][98] = settr(97,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(97,0,97,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][97] = settr(96,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(96,0,95,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][95] = settr(94,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(94,0,93,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(94,0,94,0,0,"IF", 0, 2, 0);
	T = trans[ 0][93] = settr(92,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(92,2,80,0,0,"ATOMIC", 1, 3, 0);
	trans[0][80]	= settr(79,2,83,78,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][83] = settr(82,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(82,0,81,0,0,"sub-sequence", 1, 3, 0);
	trans[0][81]	= settr(80,2,91,79,79,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 82 -> 0,91 */
	reached0[82] = 1;
	trans[0][82]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][84]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	T = trans[0][91] = settr(90,2,0,0,0,"IF", 1, 3, 0);
	T = T->nxt	= settr(90,2,85,0,0,"IF", 1, 3, 0);
	    T->nxt	= settr(90,2,88,0,0,"IF", 1, 3, 0);
	trans[0][85]	= settr(84,2,87,80,80,"((jobs>0))", 1, 3, 0); /* m: 86 -> 87,0 */
	reached0[86] = 1;
	trans[0][86]	= settr(0,0,0,0,0,"jobs = (jobs-1)",0,0,0);
	trans[0][87]	= settr(86,0,123,81,81,"inbox[0]!me,1", 1, 3, 0); /* m: 92 -> 123,0 */
	reached0[92] = 1;
	trans[0][92]	= settr(91,0,123,82,82,".(goto)", 1, 3, 0);
	trans[0][88]	= settr(87,2,89,2,0,"else", 1, 3, 0);
	trans[0][89]	= settr(88,0,123,83,83,"given_up = 1", 1, 3, 0); /* m: 90 -> 0,123 */
	reached0[90] = 1;
	trans[0][90]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	trans[0][96]	= settr(95,0,123,1,0,".(goto)", 0, 2, 0);
	trans[0][94]	= settr(93,0,123,84,0,"(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))", 1, 2, 0);
	T = trans[0][123] = settr(122,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(122,0,99,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(122,0,103,0,0,"IF", 0, 2, 0);
	trans[0][99]	= settr(98,0,234,85,0,"((got||asked_jobs))", 0, 2, 0);
	trans[0][124]	= settr(123,0,234,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][103] = settr(102,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(102,2,100,0,0,"ATOMIC", 1, 2, 0);
	trans[0][100]	= settr(99,4,122,86,86,"((!(got)&&!(asked_jobs)))", 1, 2, 0); /* m: 101 -> 122,0 */
	reached0[101] = 1;
	trans[0][101]	= settr(0,0,0,0,0,"asked_jobs = 1",0,0,0);
	trans[0][102]	= settr(0,0,0,0,0,"hungry_jobs = 1",0,0,0);
	T = trans[ 0][122] = settr(121,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(121,0,121,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][121] = settr(120,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(120,0,119,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][119] = settr(118,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(118,0,117,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(118,0,118,0,0,"IF", 0, 2, 0);
	T = trans[ 0][117] = settr(116,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(116,2,104,0,0,"ATOMIC", 1, 3, 0);
	trans[0][104]	= settr(103,2,107,87,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][107] = settr(106,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(106,0,105,0,0,"sub-sequence", 1, 3, 0);
	trans[0][105]	= settr(104,2,115,88,88,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 106 -> 0,115 */
	reached0[106] = 1;
	trans[0][106]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][108]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	T = trans[0][115] = settr(114,2,0,0,0,"IF", 1, 3, 0);
	T = T->nxt	= settr(114,2,109,0,0,"IF", 1, 3, 0);
	    T->nxt	= settr(114,2,112,0,0,"IF", 1, 3, 0);
	trans[0][109]	= settr(108,2,111,89,89,"((jobs>0))", 1, 3, 0); /* m: 110 -> 111,0 */
	reached0[110] = 1;
	trans[0][110]	= settr(0,0,0,0,0,"jobs = (jobs-1)",0,0,0);
	trans[0][111]	= settr(110,0,234,90,90,"inbox[0]!me,1", 1, 3, 0); /* m: 116 -> 234,0 */
	reached0[116] = 1;
	trans[0][116]	= settr(115,0,234,91,91,".(goto)", 1, 3, 0);
	trans[0][112]	= settr(111,2,113,2,0,"else", 1, 3, 0);
	trans[0][113]	= settr(112,0,234,92,92,"given_up = 1", 1, 3, 0); /* m: 114 -> 0,234 */
	reached0[114] = 1;
	trans[0][114]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	trans[0][120]	= settr(119,0,234,1,0,".(goto)", 0, 2, 0);
	trans[0][118]	= settr(117,0,234,93,0,"(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))", 1, 2, 0);
	T = trans[0][234] = settr(233,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(233,0,125,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(233,0,129,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(233,0,134,0,0,"IF", 0, 2, 0);
	trans[0][125]	= settr(124,0,1132,94,0,"(!(got))", 0, 2, 0);
	trans[0][126]	= settr(125,0,1132,1,0,"goto :b2", 0, 2, 0);
	trans[0][235]	= settr(234,0,236,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][129] = settr(128,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(128,2,127,0,0,"ATOMIC", 0, 2, 0);
	trans[0][127]	= settr(126,0,236,95,95,"((got&&!(given_up)))", 0, 2, 0); /* m: 128 -> 236,0 */
	reached0[128] = 1;
	trans[0][128]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	T = trans[ 0][134] = settr(133,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(133,2,130,0,0,"ATOMIC", 0, 2, 0);
	trans[0][130]	= settr(129,4,138,96,96,"(given_up)", 0, 2, 0); /* m: 131 -> 138,0 */
	reached0[131] = 1;
	trans[0][131]	= settr(0,0,0,0,0,"given_up = 0",0,0,0);
	trans[0][132]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][133]	= settr(0,0,0,0,0,"has_jobs = 0",0,0,0);
	T = trans[ 0][138] = settr(137,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(137,0,137,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][137] = settr(136,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(136,2,135,0,0,"ATOMIC", 1, 2, 0);
	trans[0][135]	= settr(134,0,232,97,97,"assert(((word[mine]&7)>0))", 1, 2, 0); /* m: 136 -> 0,232 */
	reached0[136] = 1;
	trans[0][136]	= settr(0,0,0,0,0,"word[mine] = (((word[mine]&7)-1)|(word[mine]&16))",0,0,0);
	trans[0][139]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	T = trans[ 0][232] = settr(231,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(231,0,154,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][154] = settr(153,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(153,0,140,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(153,0,153,0,0,"IF", 0, 2, 0);
	trans[0][140]	= settr(139,0,152,98,0,"((jobs_turn>0))", 1, 2, 0);
	T = trans[ 0][152] = settr(151,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(151,0,151,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][151] = settr(150,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(150,2,149,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][149] = settr(148,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(148,2,141,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(148,2,148,0,0,"IF", 1, 4, 0);
	trans[0][141]	= settr(140,2,146,99,99,"(hungry_jobs)", 1, 4, 0); /* m: 142 -> 146,0 */
	reached0[142] = 1;
	trans[0][142]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][143]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][144]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][145]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][146]	= settr(145,0,199,100,100,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 147 -> 199,0 */
	reached0[147] = 1;
	trans[0][147]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][150]	= settr(149,0,199,101,101,".(goto)", 1, 4, 0);
	trans[0][148]	= settr(147,2,150,2,0,"else", 1, 4, 0);
	trans[0][155]	= settr(154,0,199,1,0,".(goto)", 0, 2, 0);
	trans[0][153]	= settr(152,0,199,102,0,"((jobs_turn==0))", 1, 2, 0);
	T = trans[ 0][199] = settr(198,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(198,0,197,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][197] = settr(196,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(196,0,158,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(196,0,161,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(196,0,165,0,0,"IF", 0, 2, 0);
	T = trans[ 0][158] = settr(157,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(157,2,156,0,0,"ATOMIC", 1, 2, 0);
	trans[0][156]	= settr(155,0,213,103,103,"(told)", 1, 2, 0); /* m: 157 -> 213,0 */
	reached0[157] = 1;
	trans[0][157]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][198]	= settr(197,0,213,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][161] = settr(160,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(160,2,159,0,0,"ATOMIC", 1, 2, 0);
	trans[0][159]	= settr(158,0,213,104,104,"((!(told)&&!(((1&&turn)&&hungry_jobs))))", 1, 2, 0); /* m: 160 -> 213,0 */
	reached0[160] = 1;
	trans[0][160]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	T = trans[ 0][165] = settr(164,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(164,2,162,0,0,"ATOMIC", 1, 2, 0);
	trans[0][162]	= settr(161,4,177,105,105,"(((!(told)&&turn)&&hungry_jobs))", 1, 2, 0); /* m: 163 -> 177,0 */
	reached0[163] = 1;
	trans[0][163]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][164]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][177] = settr(176,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(176,0,176,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][176] = settr(175,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(175,2,174,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][174] = settr(173,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(173,2,166,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(173,2,173,0,0,"IF", 1, 4, 0);
	trans[0][166]	= settr(165,2,171,106,106,"(hungry_jobs)", 1, 4, 0); /* m: 167 -> 171,0 */
	reached0[167] = 1;
	trans[0][167]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][168]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][169]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][170]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][171]	= settr(170,4,195,107,107,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 172 -> 195,0 */
	reached0[172] = 1;
	trans[0][172]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][175]	= settr(174,0,195,108,108,".(goto)", 1, 4, 0);
	trans[0][173]	= settr(172,2,175,2,0,"else", 1, 4, 0);
	T = trans[0][195] = settr(194,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(194,0,178,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(194,0,179,0,0,"IF", 0, 2, 0);
	trans[0][178]	= settr(177,0,213,109,0,"(told)", 0, 2, 0);
	trans[0][196]	= settr(195,0,213,1,0,".(goto)", 0, 2, 0);
	trans[0][179]	= settr(178,0,182,2,0,"else", 0, 2, 0);
	T = trans[ 0][182] = settr(181,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(181,2,180,0,0,"ATOMIC", 1, 2, 0);
	trans[0][180]	= settr(179,4,193,110,110,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 181 -> 0,193 */
	reached0[181] = 1;
	trans[0][181]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][193] = settr(192,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(192,0,192,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][192] = settr(191,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(191,2,190,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][190] = settr(189,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(189,2,183,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(189,2,189,0,0,"IF", 1, 4, 0);
	trans[0][183]	= settr(182,2,187,111,111,"((hungry_calls&1))", 1, 4, 0); /* m: 184 -> 187,0 */
	reached0[184] = 1;
	trans[0][184]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][185]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][186]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][187]	= settr(186,0,213,112,112,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 188 -> 213,0 */
	reached0[188] = 1;
	trans[0][188]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][191]	= settr(190,0,213,113,113,".(goto)", 1, 4, 0); /* m: 194 -> 0,213 */
	reached0[194] = 1;
	trans[0][189]	= settr(188,0,213,114,114,"((hungry_calls==0))", 1, 4, 0); /* m: 191 -> 213,0 */
	reached0[191] = 1;
	trans[0][194]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][213] = settr(212,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(212,0,200,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(212,0,201,0,0,"IF", 0, 2, 0);
	trans[0][200]	= settr(199,0,229,115,0,"(told)", 0, 2, 0);
	trans[0][214]	= settr(213,0,229,1,0,".(goto)", 0, 2, 0);
	trans[0][201]	= settr(200,0,212,116,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][212] = settr(211,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(211,0,211,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][211] = settr(210,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(210,2,209,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][209] = settr(208,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(208,2,202,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(208,2,208,0,0,"IF", 1, 4, 0);
	trans[0][202]	= settr(201,2,206,117,117,"((hungry_calls&1))", 1, 4, 0); /* m: 203 -> 206,0 */
	reached0[203] = 1;
	trans[0][203]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][204]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][205]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][206]	= settr(205,0,229,118,118,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 207 -> 229,0 */
	reached0[207] = 1;
	trans[0][207]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][210]	= settr(209,0,229,119,119,".(goto)", 1, 4, 0);
	trans[0][208]	= settr(207,0,229,120,120,"((hungry_calls==0))", 1, 4, 0); /* m: 210 -> 229,0 */
	reached0[210] = 1;
	T = trans[0][229] = settr(228,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(228,0,215,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(228,0,216,0,0,"IF", 0, 2, 0);
	trans[0][215]	= settr(214,0,1132,121,121,"(told)", 0, 2, 0); /* m: 231 -> 1132,0 */
	reached0[231] = 1;
	trans[0][230]	= settr(229,0,231,1,0,".(goto)", 0, 2, 0); /* m: 231 -> 0,1132 */
	reached0[231] = 1;
	trans[0][216]	= settr(215,0,228,122,122,"(!(told))", 0, 2, 0);
	T = trans[ 0][228] = settr(227,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(227,0,227,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][227] = settr(226,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(226,2,225,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][225] = settr(224,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(224,2,217,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(224,2,224,0,0,"IF", 1, 4, 0);
	trans[0][217]	= settr(216,2,222,123,123,"(hungry_jobs)", 1, 4, 0); /* m: 218 -> 222,0 */
	reached0[218] = 1;
	trans[0][218]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][219]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][220]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][221]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][222]	= settr(221,0,1132,124,124,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 223 -> 1132,0 */
	reached0[223] = 1;
	trans[0][223]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][226]	= settr(225,0,1132,125,125,".(goto)", 1, 4, 0); /* m: 231 -> 0,1132 */
	reached0[231] = 1;
	trans[0][224]	= settr(223,2,226,2,0,"else", 1, 4, 0);
	trans[0][231]	= settr(230,0,1132,126,126,"told = 0", 0, 2, 0);
	trans[0][233]	= settr(232,0,1132,1,0,"goto :b2", 0, 2, 0);
	trans[0][238]	= settr(237,0,1132,1,0,"break", 0, 2, 0);
	T = trans[ 0][242] = settr(241,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(241,2,240,0,0,"ATOMIC", 1, 504, 0);
	trans[0][240]	= settr(239,4,324,127,127,"box[me]?CALL_DONE", 1, 504, 0); /* m: 241 -> 324,0 */
	reached0[241] = 1;
	trans[0][241]	= settr(0,0,0,0,0,"calls = (calls+1)",0,0,0);
	T = trans[ 0][324] = settr(323,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(323,0,286,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][286] = settr(285,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(285,0,284,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][284] = settr(283,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(283,0,245,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(283,0,248,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(283,0,252,0,0,"IF", 0, 2, 0);
	T = trans[ 0][245] = settr(244,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(244,2,243,0,0,"ATOMIC", 1, 2, 0);
	trans[0][243]	= settr(242,0,322,128,128,"(told)", 1, 2, 0); /* m: 244 -> 322,0 */
	reached0[244] = 1;
	trans[0][244]	= settr(0,0,0,0,0,"homecoming = !(homecoming)",0,0,0);
	trans[0][285]	= settr(284,0,322,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][248] = settr(247,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(247,2,246,0,0,"ATOMIC", 1, 2, 0);
	trans[0][246]	= settr(245,0,322,129,129,"((!(told)&&!(((1&&homecoming)&&hungry_jobs))))", 1, 2, 0); /* m: 247 -> 322,0 */
	reached0[247] = 1;
	trans[0][247]	= settr(0,0,0,0,0,"homecoming = !(homecoming)",0,0,0);
	T = trans[ 0][252] = settr(251,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(251,2,249,0,0,"ATOMIC", 1, 2, 0);
	trans[0][249]	= settr(248,4,264,130,130,"(((!(told)&&homecoming)&&hungry_jobs))", 1, 2, 0); /* m: 250 -> 264,0 */
	reached0[250] = 1;
	trans[0][250]	= settr(0,0,0,0,0,"homecoming = !(homecoming)",0,0,0);
	trans[0][251]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][264] = settr(263,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(263,0,263,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][263] = settr(262,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(262,2,261,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][261] = settr(260,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(260,2,253,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(260,2,260,0,0,"IF", 1, 4, 0);
	trans[0][253]	= settr(252,2,258,131,131,"(hungry_jobs)", 1, 4, 0); /* m: 254 -> 258,0 */
	reached0[254] = 1;
	trans[0][254]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][255]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][256]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][257]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][258]	= settr(257,4,282,132,132,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 259 -> 282,0 */
	reached0[259] = 1;
	trans[0][259]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][262]	= settr(261,0,282,133,133,".(goto)", 1, 4, 0);
	trans[0][260]	= settr(259,2,262,2,0,"else", 1, 4, 0);
	T = trans[0][282] = settr(281,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(281,0,265,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(281,0,266,0,0,"IF", 0, 2, 0);
	trans[0][265]	= settr(264,0,322,134,0,"(told)", 0, 2, 0);
	trans[0][283]	= settr(282,0,322,1,0,".(goto)", 0, 2, 0);
	trans[0][266]	= settr(265,0,269,2,0,"else", 0, 2, 0);
	T = trans[ 0][269] = settr(268,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(268,2,267,0,0,"ATOMIC", 1, 2, 0);
	trans[0][267]	= settr(266,4,280,135,135,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 268 -> 0,280 */
	reached0[268] = 1;
	trans[0][268]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][280] = settr(279,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(279,0,279,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][279] = settr(278,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(278,2,277,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][277] = settr(276,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(276,2,270,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(276,2,276,0,0,"IF", 1, 4, 0);
	trans[0][270]	= settr(269,2,274,136,136,"((hungry_calls&1))", 1, 4, 0); /* m: 271 -> 274,0 */
	reached0[271] = 1;
	trans[0][271]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][272]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][273]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][274]	= settr(273,0,322,137,137,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 275 -> 322,0 */
	reached0[275] = 1;
	trans[0][275]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][278]	= settr(277,0,322,138,138,".(goto)", 1, 4, 0); /* m: 281 -> 0,322 */
	reached0[281] = 1;
	trans[0][276]	= settr(275,0,322,139,139,"((hungry_calls==0))", 1, 4, 0); /* m: 278 -> 322,0 */
	reached0[278] = 1;
	trans[0][281]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][322] = settr(321,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(321,0,289,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(321,0,290,0,0,"IF", 0, 2, 0);
	T = trans[ 0][289] = settr(288,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(288,2,287,0,0,"ATOMIC", 0, 2, 0);
	trans[0][287]	= settr(286,0,1132,140,140,"(told)", 0, 2, 0); /* m: 288 -> 1132,0 */
	reached0[288] = 1;
	trans[0][288]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	trans[0][323]	= settr(322,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][290]	= settr(289,0,321,141,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][321] = settr(320,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(320,0,319,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][319] = settr(318,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(318,0,291,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(318,0,292,0,0,"IF", 0, 2, 0);
	trans[0][291]	= settr(290,0,1132,142,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][320]	= settr(319,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][292]	= settr(291,0,316,143,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][317]	= settr(316,0,316,1,0,".(goto)", 0, 2, 0);
	T = trans[0][316] = settr(315,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(315,0,293,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(315,0,314,0,0,"DO", 0, 2, 0);
	trans[0][293]	= settr(292,0,305,144,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][305] = settr(304,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(304,0,304,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][304] = settr(303,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(303,0,302,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][302] = settr(301,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(301,0,300,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(301,0,301,0,0,"IF", 0, 2, 0);
	T = trans[ 0][300] = settr(299,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(299,2,294,0,0,"ATOMIC", 1, 3, 0);
	trans[0][294]	= settr(293,2,297,145,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][297] = settr(296,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(296,0,295,0,0,"sub-sequence", 1, 3, 0);
	trans[0][295]	= settr(294,2,298,146,146,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 296 -> 0,298 */
	reached0[296] = 1;
	trans[0][296]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][298]	= settr(297,0,312,147,147,"inbox[0]!me,0", 1, 3, 0); /* m: 299 -> 312,0 */
	reached0[299] = 1;
	trans[0][299]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][303]	= settr(302,0,312,1,0,".(goto)", 0, 2, 0);
	trans[0][301]	= settr(300,0,312,148,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][312] = settr(311,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(311,0,309,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(311,0,310,0,0,"IF", 0, 2, 0);
	T = trans[ 0][309] = settr(308,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(308,2,306,0,0,"ATOMIC", 0, 2, 0);
	trans[0][306]	= settr(305,0,316,149,149,"(got)", 0, 2, 0); /* m: 307 -> 316,0 */
	reached0[307] = 1;
	trans[0][307]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][308]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][313]	= settr(312,0,316,1,0,".(goto)", 0, 2, 0);
	trans[0][310]	= settr(309,0,1132,150,0,"(!(got))", 0, 2, 0);
	trans[0][311]	= settr(310,0,1132,1,0,"goto :b3", 0, 2, 0);
	trans[0][314]	= settr(313,0,1132,151,0,"((waiting==0))", 0, 2, 0);
	trans[0][315]	= settr(314,0,1132,1,0,"goto :b3", 0, 2, 0);
	trans[0][318]	= settr(317,0,1132,1,0,"break", 0, 2, 0);
	T = trans[ 0][327] = settr(326,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(326,2,325,0,0,"ATOMIC", 1, 504, 0);
	trans[0][325]	= settr(324,4,409,152,152,"box[me]?JOB_DONE", 1, 504, 0); /* m: 326 -> 409,0 */
	reached0[326] = 1;
	trans[0][326]	= settr(0,0,0,0,0,"ended = (ended+1)",0,0,0);
	T = trans[ 0][409] = settr(408,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(408,0,371,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][371] = settr(370,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(370,0,369,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][369] = settr(368,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(368,0,330,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(368,0,333,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(368,0,337,0,0,"IF", 0, 2, 0);
	T = trans[ 0][330] = settr(329,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(329,2,328,0,0,"ATOMIC", 1, 2, 0);
	trans[0][328]	= settr(327,0,407,153,153,"(told)", 1, 2, 0); /* m: 329 -> 407,0 */
	reached0[329] = 1;
	trans[0][329]	= settr(0,0,0,0,0,"homecoming = !(homecoming)",0,0,0);
	trans[0][370]	= settr(369,0,407,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][333] = settr(332,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(332,2,331,0,0,"ATOMIC", 1, 2, 0);
	trans[0][331]	= settr(330,0,407,154,154,"((!(told)&&!(((1&&homecoming)&&hungry_jobs))))", 1, 2, 0); /* m: 332 -> 407,0 */
	reached0[332] = 1;
	trans[0][332]	= settr(0,0,0,0,0,"homecoming = !(homecoming)",0,0,0);
	T = trans[ 0][337] = settr(336,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(336,2,334,0,0,"ATOMIC", 1, 2, 0);
	trans[0][334]	= settr(333,4,349,155,155,"(((!(told)&&homecoming)&&hungry_jobs))", 1, 2, 0); /* m: 335 -> 349,0 */
	reached0[335] = 1;
	trans[0][335]	= settr(0,0,0,0,0,"homecoming = !(homecoming)",0,0,0);
	trans[0][336]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][349] = settr(348,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(348,0,348,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][348] = settr(347,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(347,2,346,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][346] = settr(345,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(345,2,338,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(345,2,345,0,0,"IF", 1, 4, 0);
	trans[0][338]	= settr(337,2,343,156,156,"(hungry_jobs)", 1, 4, 0); /* m: 339 -> 343,0 */
	reached0[339] = 1;
	trans[0][339]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][340]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][341]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][342]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][343]	= settr(342,4,367,157,157,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 344 -> 367,0 */
	reached0[344] = 1;
	trans[0][344]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][347]	= settr(346,0,367,158,158,".(goto)", 1, 4, 0);
	trans[0][345]	= settr(344,2,347,2,0,"else", 1, 4, 0);
	T = trans[0][367] = settr(366,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(366,0,350,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(366,0,351,0,0,"IF", 0, 2, 0);
	trans[0][350]	= settr(349,0,407,159,0,"(told)", 0, 2, 0);
	trans[0][368]	= settr(367,0,407,1,0,".(goto)", 0, 2, 0);
	trans[0][351]	= settr(350,0,354,2,0,"else", 0, 2, 0);
	T = trans[ 0][354] = settr(353,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(353,2,352,0,0,"ATOMIC", 1, 2, 0);
	trans[0][352]	= settr(351,4,365,160,160,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 353 -> 0,365 */
	reached0[353] = 1;
	trans[0][353]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][365] = settr(364,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(364,0,364,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][364] = settr(363,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(363,2,362,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][362] = settr(361,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(361,2,355,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(361,2,361,0,0,"IF", 1, 4, 0);
	trans[0][355]	= settr(354,2,359,161,161,"((hungry_calls&1))", 1, 4, 0); /* m: 356 -> 359,0 */
	reached0[356] = 1;
	trans[0][356]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][357]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][358]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][359]	= settr(358,0,407,162,162,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 360 -> 407,0 */
	reached0[360] = 1;
	trans[0][360]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][363]	= settr(362,0,407,163,163,".(goto)", 1, 4, 0); /* m: 366 -> 0,407 */
	reached0[366] = 1;
	trans[0][361]	= settr(360,0,407,164,164,"((hungry_calls==0))", 1, 4, 0); /* m: 363 -> 407,0 */
	reached0[363] = 1;
	trans[0][366]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][407] = settr(406,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(406,0,374,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(406,0,375,0,0,"IF", 0, 2, 0);
	T = trans[ 0][374] = settr(373,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(373,2,372,0,0,"ATOMIC", 0, 2, 0);
	trans[0][372]	= settr(371,0,572,165,165,"(told)", 0, 2, 0); /* m: 373 -> 572,0 */
	reached0[373] = 1;
	trans[0][373]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	trans[0][408]	= settr(407,0,572,1,0,".(goto)", 0, 2, 0);
	trans[0][375]	= settr(374,0,406,166,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][406] = settr(405,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(405,0,404,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][404] = settr(403,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(403,0,376,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(403,0,377,0,0,"IF", 0, 2, 0);
	trans[0][376]	= settr(375,0,572,167,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][405]	= settr(404,0,572,1,0,".(goto)", 0, 2, 0);
	trans[0][377]	= settr(376,0,401,168,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][402]	= settr(401,0,401,1,0,".(goto)", 0, 2, 0);
	T = trans[0][401] = settr(400,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(400,0,378,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(400,0,399,0,0,"DO", 0, 2, 0);
	trans[0][378]	= settr(377,0,390,169,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][390] = settr(389,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(389,0,389,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][389] = settr(388,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(388,0,387,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][387] = settr(386,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(386,0,385,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(386,0,386,0,0,"IF", 0, 2, 0);
	T = trans[ 0][385] = settr(384,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(384,2,379,0,0,"ATOMIC", 1, 3, 0);
	trans[0][379]	= settr(378,2,382,170,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][382] = settr(381,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(381,0,380,0,0,"sub-sequence", 1, 3, 0);
	trans[0][380]	= settr(379,2,383,171,171,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 381 -> 0,383 */
	reached0[381] = 1;
	trans[0][381]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][383]	= settr(382,0,397,172,172,"inbox[0]!me,0", 1, 3, 0); /* m: 384 -> 397,0 */
	reached0[384] = 1;
	trans[0][384]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][388]	= settr(387,0,397,1,0,".(goto)", 0, 2, 0);
	trans[0][386]	= settr(385,0,397,173,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][397] = settr(396,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(396,0,394,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(396,0,395,0,0,"IF", 0, 2, 0);
	T = trans[ 0][394] = settr(393,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(393,2,391,0,0,"ATOMIC", 0, 2, 0);
	trans[0][391]	= settr(390,0,401,174,174,"(got)", 0, 2, 0); /* m: 392 -> 401,0 */
	reached0[392] = 1;
	trans[0][392]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][393]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][398]	= settr(397,0,401,1,0,".(goto)", 0, 2, 0);
	trans[0][395]	= settr(394,0,572,175,0,"(!(got))", 0, 2, 0);
	trans[0][396]	= settr(395,0,572,1,0,"goto :b4", 0, 2, 0);
	trans[0][399]	= settr(398,0,572,176,0,"((waiting==0))", 0, 2, 0);
	trans[0][400]	= settr(399,0,572,1,0,"goto :b4", 0, 2, 0);
	trans[0][403]	= settr(402,0,572,1,0,"break", 0, 2, 0);
	T = trans[ 0][572] = settr(571,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(571,0,569,0,0,"sub-sequence", 0, 2, 0);
	trans[0][570]	= settr(569,0,569,1,0,".(goto)", 0, 2, 0);
	T = trans[0][569] = settr(568,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(568,0,410,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(568,0,412,0,0,"DO", 0, 2, 0);
	trans[0][410]	= settr(409,0,1132,177,0,"(!(has_jobs))", 0, 2, 0);
	trans[0][411]	= settr(410,0,1132,1,0,"goto :b5", 0, 2, 0);
	trans[0][412]	= settr(411,0,431,178,0,"(has_jobs)", 0, 2, 0);
	T = trans[ 0][431] = settr(430,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(430,0,430,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][430] = settr(429,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(429,0,428,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][428] = settr(427,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(427,0,426,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(427,0,427,0,0,"IF", 0, 2, 0);
	T = trans[ 0][426] = settr(425,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(425,2,413,0,0,"ATOMIC", 1, 3, 0);
	trans[0][413]	= settr(412,2,416,179,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][416] = settr(415,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(415,0,414,0,0,"sub-sequence", 1, 3, 0);
	trans[0][414]	= settr(413,2,424,180,180,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 415 -> 0,424 */
	reached0[415] = 1;
	trans[0][415]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][417]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	T = trans[0][424] = settr(423,2,0,0,0,"IF", 1, 3, 0);
	T = T->nxt	= settr(423,2,418,0,0,"IF", 1, 3, 0);
	    T->nxt	= settr(423,2,421,0,0,"IF", 1, 3, 0);
	trans[0][418]	= settr(417,2,420,181,181,"((jobs>0))", 1, 3, 0); /* m: 419 -> 420,0 */
	reached0[419] = 1;
	trans[0][419]	= settr(0,0,0,0,0,"jobs = (jobs-1)",0,0,0);
	trans[0][420]	= settr(419,0,456,182,182,"inbox[0]!me,1", 1, 3, 0); /* m: 425 -> 456,0 */
	reached0[425] = 1;
	trans[0][425]	= settr(424,0,456,183,183,".(goto)", 1, 3, 0);
	trans[0][421]	= settr(420,2,422,2,0,"else", 1, 3, 0);
	trans[0][422]	= settr(421,0,456,184,184,"given_up = 1", 1, 3, 0); /* m: 423 -> 0,456 */
	reached0[423] = 1;
	trans[0][423]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	trans[0][429]	= settr(428,0,456,1,0,".(goto)", 0, 2, 0);
	trans[0][427]	= settr(426,0,456,185,0,"(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))", 1, 2, 0);
	T = trans[0][456] = settr(455,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(455,0,432,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(455,0,436,0,0,"IF", 0, 2, 0);
	trans[0][432]	= settr(431,0,567,186,0,"((got||asked_jobs))", 0, 2, 0);
	trans[0][457]	= settr(456,0,567,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][436] = settr(435,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(435,2,433,0,0,"ATOMIC", 1, 2, 0);
	trans[0][433]	= settr(432,4,455,187,187,"((!(got)&&!(asked_jobs)))", 1, 2, 0); /* m: 434 -> 455,0 */
	reached0[434] = 1;
	trans[0][434]	= settr(0,0,0,0,0,"asked_jobs = 1",0,0,0);
	trans[0][435]	= settr(0,0,0,0,0,"hungry_jobs = 1",0,0,0);
	T = trans[ 0][455] = settr(454,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(454,0,454,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][454] = settr(453,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(453,0,452,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][452] = settr(451,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(451,0,450,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(451,0,451,0,0,"IF", 0, 2, 0);
	T = trans[ 0][450] = settr(449,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(449,2,437,0,0,"ATOMIC", 1, 3, 0);
	trans[0][437]	= settr(436,2,440,188,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][440] = settr(439,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(439,0,438,0,0,"sub-sequence", 1, 3, 0);
	trans[0][438]	= settr(437,2,448,189,189,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 439 -> 0,448 */
	reached0[439] = 1;
	trans[0][439]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][441]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	T = trans[0][448] = settr(447,2,0,0,0,"IF", 1, 3, 0);
	T = T->nxt	= settr(447,2,442,0,0,"IF", 1, 3, 0);
	    T->nxt	= settr(447,2,445,0,0,"IF", 1, 3, 0);
	trans[0][442]	= settr(441,2,444,190,190,"((jobs>0))", 1, 3, 0); /* m: 443 -> 444,0 */
	reached0[443] = 1;
	trans[0][443]	= settr(0,0,0,0,0,"jobs = (jobs-1)",0,0,0);
	trans[0][444]	= settr(443,0,567,191,191,"inbox[0]!me,1", 1, 3, 0); /* m: 449 -> 567,0 */
	reached0[449] = 1;
	trans[0][449]	= settr(448,0,567,192,192,".(goto)", 1, 3, 0);
	trans[0][445]	= settr(444,2,446,2,0,"else", 1, 3, 0);
	trans[0][446]	= settr(445,0,567,193,193,"given_up = 1", 1, 3, 0); /* m: 447 -> 0,567 */
	reached0[447] = 1;
	trans[0][447]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	trans[0][453]	= settr(452,0,567,1,0,".(goto)", 0, 2, 0);
	trans[0][451]	= settr(450,0,567,194,0,"(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))", 1, 2, 0);
	T = trans[0][567] = settr(566,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(566,0,458,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(566,0,462,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(566,0,467,0,0,"IF", 0, 2, 0);
	trans[0][458]	= settr(457,0,1132,195,0,"(!(got))", 0, 2, 0);
	trans[0][459]	= settr(458,0,1132,1,0,"goto :b5", 0, 2, 0);
	trans[0][568]	= settr(567,0,569,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][462] = settr(461,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(461,2,460,0,0,"ATOMIC", 0, 2, 0);
	trans[0][460]	= settr(459,0,569,196,196,"((got&&!(given_up)))", 0, 2, 0); /* m: 461 -> 569,0 */
	reached0[461] = 1;
	trans[0][461]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	T = trans[ 0][467] = settr(466,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(466,2,463,0,0,"ATOMIC", 0, 2, 0);
	trans[0][463]	= settr(462,4,471,197,197,"(given_up)", 0, 2, 0); /* m: 464 -> 471,0 */
	reached0[464] = 1;
	trans[0][464]	= settr(0,0,0,0,0,"given_up = 0",0,0,0);
	trans[0][465]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][466]	= settr(0,0,0,0,0,"has_jobs = 0",0,0,0);
	T = trans[ 0][471] = settr(470,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(470,0,470,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][470] = settr(469,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(469,2,468,0,0,"ATOMIC", 1, 2, 0);
	trans[0][468]	= settr(467,0,565,198,198,"assert(((word[mine]&7)>0))", 1, 2, 0); /* m: 469 -> 0,565 */
	reached0[469] = 1;
	trans[0][469]	= settr(0,0,0,0,0,"word[mine] = (((word[mine]&7)-1)|(word[mine]&16))",0,0,0);
	trans[0][472]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	T = trans[ 0][565] = settr(564,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(564,0,487,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][487] = settr(486,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(486,0,473,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(486,0,486,0,0,"IF", 0, 2, 0);
	trans[0][473]	= settr(472,0,485,199,0,"((jobs_turn>0))", 1, 2, 0);
	T = trans[ 0][485] = settr(484,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(484,0,484,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][484] = settr(483,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(483,2,482,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][482] = settr(481,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(481,2,474,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(481,2,481,0,0,"IF", 1, 4, 0);
	trans[0][474]	= settr(473,2,479,200,200,"(hungry_jobs)", 1, 4, 0); /* m: 475 -> 479,0 */
	reached0[475] = 1;
	trans[0][475]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][476]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][477]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][478]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][479]	= settr(478,0,532,201,201,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 480 -> 532,0 */
	reached0[480] = 1;
	trans[0][480]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][483]	= settr(482,0,532,202,202,".(goto)", 1, 4, 0);
	trans[0][481]	= settr(480,2,483,2,0,"else", 1, 4, 0);
	trans[0][488]	= settr(487,0,532,1,0,".(goto)", 0, 2, 0);
	trans[0][486]	= settr(485,0,532,203,0,"((jobs_turn==0))", 1, 2, 0);
	T = trans[ 0][532] = settr(531,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(531,0,530,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][530] = settr(529,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(529,0,491,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(529,0,494,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(529,0,498,0,0,"IF", 0, 2, 0);
	T = trans[ 0][491] = settr(490,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(490,2,489,0,0,"ATOMIC", 1, 2, 0);
	trans[0][489]	= settr(488,0,546,204,204,"(told)", 1, 2, 0); /* m: 490 -> 546,0 */
	reached0[490] = 1;
	trans[0][490]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][531]	= settr(530,0,546,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][494] = settr(493,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(493,2,492,0,0,"ATOMIC", 1, 2, 0);
	trans[0][492]	= settr(491,0,546,205,205,"((!(told)&&!(((1&&turn)&&hungry_jobs))))", 1, 2, 0); /* m: 493 -> 546,0 */
	reached0[493] = 1;
	trans[0][493]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	T = trans[ 0][498] = settr(497,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(497,2,495,0,0,"ATOMIC", 1, 2, 0);
	trans[0][495]	= settr(494,4,510,206,206,"(((!(told)&&turn)&&hungry_jobs))", 1, 2, 0); /* m: 496 -> 510,0 */
	reached0[496] = 1;
	trans[0][496]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][497]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][510] = settr(509,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(509,0,509,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][509] = settr(508,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(508,2,507,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][507] = settr(506,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(506,2,499,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(506,2,506,0,0,"IF", 1, 4, 0);
	trans[0][499]	= settr(498,2,504,207,207,"(hungry_jobs)", 1, 4, 0); /* m: 500 -> 504,0 */
	reached0[500] = 1;
	trans[0][500]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][501]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][502]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][503]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][504]	= settr(503,4,528,208,208,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 505 -> 528,0 */
	reached0[505] = 1;
	trans[0][505]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][508]	= settr(507,0,528,209,209,".(goto)", 1, 4, 0);
	trans[0][506]	= settr(505,2,508,2,0,"else", 1, 4, 0);
	T = trans[0][528] = settr(527,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(527,0,511,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(527,0,512,0,0,"IF", 0, 2, 0);
	trans[0][511]	= settr(510,0,546,210,0,"(told)", 0, 2, 0);
	trans[0][529]	= settr(528,0,546,1,0,".(goto)", 0, 2, 0);
	trans[0][512]	= settr(511,0,515,2,0,"else", 0, 2, 0);
	T = trans[ 0][515] = settr(514,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(514,2,513,0,0,"ATOMIC", 1, 2, 0);
	trans[0][513]	= settr(512,4,526,211,211,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 514 -> 0,526 */
	reached0[514] = 1;
	trans[0][514]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][526] = settr(525,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(525,0,525,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][525] = settr(524,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(524,2,523,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][523] = settr(522,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(522,2,516,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(522,2,522,0,0,"IF", 1, 4, 0);
	trans[0][516]	= settr(515,2,520,212,212,"((hungry_calls&1))", 1, 4, 0); /* m: 517 -> 520,0 */
	reached0[517] = 1;
	trans[0][517]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][518]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][519]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][520]	= settr(519,0,546,213,213,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 521 -> 546,0 */
	reached0[521] = 1;
	trans[0][521]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][524]	= settr(523,0,546,214,214,".(goto)", 1, 4, 0); /* m: 527 -> 0,546 */
	reached0[527] = 1;
	trans[0][522]	= settr(521,0,546,215,215,"((hungry_calls==0))", 1, 4, 0); /* m: 524 -> 546,0 */
	reached0[524] = 1;
	trans[0][527]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][546] = settr(545,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(545,0,533,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(545,0,534,0,0,"IF", 0, 2, 0);
	trans[0][533]	= settr(532,0,562,216,0,"(told)", 0, 2, 0);
	trans[0][547]	= settr(546,0,562,1,0,".(goto)", 0, 2, 0);
	trans[0][534]	= settr(533,0,545,217,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][545] = settr(544,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(544,0,544,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][544] = settr(543,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(543,2,542,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][542] = settr(541,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(541,2,535,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(541,2,541,0,0,"IF", 1, 4, 0);
	trans[0][535]	= settr(534,2,539,218,218,"((hungry_calls&1))", 1, 4, 0); /* m: 536 -> 539,0 */
	reached0[536] = 1;
	trans[0][536]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][537]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][538]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][539]	= settr(538,0,562,219,219,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 540 -> 562,0 */
	reached0[540] = 1;
	trans[0][540]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][543]	= settr(542,0,562,220,220,".(goto)", 1, 4, 0);
	trans[0][541]	= settr(540,0,562,221,221,"((hungry_calls==0))", 1, 4, 0); /* m: 543 -> 562,0 */
	reached0[543] = 1;
	T = trans[0][562] = settr(561,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(561,0,548,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(561,0,549,0,0,"IF", 0, 2, 0);
	trans[0][548]	= settr(547,0,1132,222,222,"(told)", 0, 2, 0); /* m: 564 -> 1132,0 */
	reached0[564] = 1;
	trans[0][563]	= settr(562,0,564,1,0,".(goto)", 0, 2, 0); /* m: 564 -> 0,1132 */
	reached0[564] = 1;
	trans[0][549]	= settr(548,0,561,223,223,"(!(told))", 0, 2, 0);
	T = trans[ 0][561] = settr(560,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(560,0,560,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][560] = settr(559,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(559,2,558,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][558] = settr(557,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(557,2,550,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(557,2,557,0,0,"IF", 1, 4, 0);
	trans[0][550]	= settr(549,2,555,224,224,"(hungry_jobs)", 1, 4, 0); /* m: 551 -> 555,0 */
	reached0[551] = 1;
	trans[0][551]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][552]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][553]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][554]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][555]	= settr(554,0,1132,225,225,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 556 -> 1132,0 */
	reached0[556] = 1;
	trans[0][556]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][559]	= settr(558,0,1132,226,226,".(goto)", 1, 4, 0); /* m: 564 -> 0,1132 */
	reached0[564] = 1;
	trans[0][557]	= settr(556,2,559,2,0,"else", 1, 4, 0);
	trans[0][564]	= settr(563,0,1132,227,227,"told = 0", 0, 2, 0);
	trans[0][566]	= settr(565,0,1132,1,0,"goto :b5", 0, 2, 0);
	trans[0][571]	= settr(570,0,1132,1,0,"break", 0, 2, 0);
	T = trans[ 0][576] = settr(575,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(575,2,573,0,0,"ATOMIC", 1, 504, 0);
	trans[0][573]	= settr(572,4,744,228,228,"box[me]?ROOM_FOR_CALLS", 1, 504, 0); /* m: 574 -> 744,0 */
	reached0[574] = 1;
	trans[0][574]	= settr(0,0,0,0,0,"out_calls[me] = 0",0,0,0);
	trans[0][575]	= settr(0,0,0,0,0,"asked = 0",0,0,0);
	T = trans[ 0][744] = settr(743,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(743,0,607,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][607] = settr(606,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(606,0,605,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][605] = settr(604,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(604,0,577,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(604,0,578,0,0,"IF", 0, 2, 0);
	trans[0][577]	= settr(576,0,742,229,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][606]	= settr(605,0,742,1,0,".(goto)", 0, 2, 0);
	trans[0][578]	= settr(577,0,602,230,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][603]	= settr(602,0,602,1,0,".(goto)", 0, 2, 0);
	T = trans[0][602] = settr(601,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(601,0,579,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(601,0,600,0,0,"DO", 0, 2, 0);
	trans[0][579]	= settr(578,0,591,231,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][591] = settr(590,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(590,0,590,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][590] = settr(589,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(589,0,588,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][588] = settr(587,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(587,0,586,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(587,0,587,0,0,"IF", 0, 2, 0);
	T = trans[ 0][586] = settr(585,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(585,2,580,0,0,"ATOMIC", 1, 3, 0);
	trans[0][580]	= settr(579,2,583,232,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][583] = settr(582,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(582,0,581,0,0,"sub-sequence", 1, 3, 0);
	trans[0][581]	= settr(580,2,584,233,233,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 582 -> 0,584 */
	reached0[582] = 1;
	trans[0][582]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][584]	= settr(583,0,598,234,234,"inbox[0]!me,0", 1, 3, 0); /* m: 585 -> 598,0 */
	reached0[585] = 1;
	trans[0][585]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][589]	= settr(588,0,598,1,0,".(goto)", 0, 2, 0);
	trans[0][587]	= settr(586,0,598,235,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][598] = settr(597,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(597,0,595,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(597,0,596,0,0,"IF", 0, 2, 0);
	T = trans[ 0][595] = settr(594,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(594,2,592,0,0,"ATOMIC", 0, 2, 0);
	trans[0][592]	= settr(591,0,602,236,236,"(got)", 0, 2, 0); /* m: 593 -> 602,0 */
	reached0[593] = 1;
	trans[0][593]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][594]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][599]	= settr(598,0,602,1,0,".(goto)", 0, 2, 0);
	trans[0][596]	= settr(595,0,742,237,0,"(!(got))", 0, 2, 0);
	trans[0][597]	= settr(596,0,742,1,0,"goto :b6", 0, 2, 0);
	trans[0][600]	= settr(599,0,742,238,0,"((waiting==0))", 0, 2, 0);
	trans[0][601]	= settr(600,0,742,1,0,"goto :b6", 0, 2, 0);
	trans[0][604]	= settr(603,0,742,1,0,"break", 0, 2, 0);
	T = trans[0][742] = settr(741,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(741,0,608,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(741,0,702,0,0,"IF", 0, 2, 0);
	trans[0][608]	= settr(607,0,701,239,0,"((waiting==0))", 0, 2, 0);
	T = trans[ 0][701] = settr(700,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(700,0,623,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][623] = settr(622,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(622,0,609,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(622,0,622,0,0,"IF", 0, 2, 0);
	trans[0][609]	= settr(608,0,621,240,0,"((jobs_turn>0))", 1, 2, 0);
	T = trans[ 0][621] = settr(620,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(620,0,620,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][620] = settr(619,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(619,2,618,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][618] = settr(617,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(617,2,610,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(617,2,617,0,0,"IF", 1, 4, 0);
	trans[0][610]	= settr(609,2,615,241,241,"(hungry_jobs)", 1, 4, 0); /* m: 611 -> 615,0 */
	reached0[611] = 1;
	trans[0][611]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][612]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][613]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][614]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][615]	= settr(614,0,668,242,242,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 616 -> 668,0 */
	reached0[616] = 1;
	trans[0][616]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][619]	= settr(618,0,668,243,243,".(goto)", 1, 4, 0);
	trans[0][617]	= settr(616,2,619,2,0,"else", 1, 4, 0);
	trans[0][624]	= settr(623,0,668,1,0,".(goto)", 0, 2, 0);
	trans[0][622]	= settr(621,0,668,244,0,"((jobs_turn==0))", 1, 2, 0);
	T = trans[ 0][668] = settr(667,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(667,0,666,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][666] = settr(665,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(665,0,627,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(665,0,630,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(665,0,634,0,0,"IF", 0, 2, 0);
	T = trans[ 0][627] = settr(626,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(626,2,625,0,0,"ATOMIC", 1, 2, 0);
	trans[0][625]	= settr(624,0,682,245,245,"(told)", 1, 2, 0); /* m: 626 -> 682,0 */
	reached0[626] = 1;
	trans[0][626]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][667]	= settr(666,0,682,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][630] = settr(629,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(629,2,628,0,0,"ATOMIC", 1, 2, 0);
	trans[0][628]	= settr(627,0,682,246,246,"((!(told)&&!(((1&&turn)&&hungry_jobs))))", 1, 2, 0); /* m: 629 -> 682,0 */
	reached0[629] = 1;
	trans[0][629]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	T = trans[ 0][634] = settr(633,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(633,2,631,0,0,"ATOMIC", 1, 2, 0);
	trans[0][631]	= settr(630,4,646,247,247,"(((!(told)&&turn)&&hungry_jobs))", 1, 2, 0); /* m: 632 -> 646,0 */
	reached0[632] = 1;
	trans[0][632]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][633]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][646] = settr(645,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(645,0,645,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][645] = settr(644,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(644,2,643,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][643] = settr(642,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(642,2,635,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(642,2,642,0,0,"IF", 1, 4, 0);
	trans[0][635]	= settr(634,2,640,248,248,"(hungry_jobs)", 1, 4, 0); /* m: 636 -> 640,0 */
	reached0[636] = 1;
	trans[0][636]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][637]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][638]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][639]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][640]	= settr(639,4,664,249,249,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 641 -> 664,0 */
	reached0[641] = 1;
	trans[0][641]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][644]	= settr(643,0,664,250,250,".(goto)", 1, 4, 0);
	trans[0][642]	= settr(641,2,644,2,0,"else", 1, 4, 0);
	T = trans[0][664] = settr(663,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(663,0,647,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(663,0,648,0,0,"IF", 0, 2, 0);
	trans[0][647]	= settr(646,0,682,251,0,"(told)", 0, 2, 0);
	trans[0][665]	= settr(664,0,682,1,0,".(goto)", 0, 2, 0);
	trans[0][648]	= settr(647,0,651,2,0,"else", 0, 2, 0);
	T = trans[ 0][651] = settr(650,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(650,2,649,0,0,"ATOMIC", 1, 2, 0);
	trans[0][649]	= settr(648,4,662,252,252,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 650 -> 0,662 */
	reached0[650] = 1;
	trans[0][650]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][662] = settr(661,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(661,0,661,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][661] = settr(660,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(660,2,659,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][659] = settr(658,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(658,2,652,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(658,2,658,0,0,"IF", 1, 4, 0);
	trans[0][652]	= settr(651,2,656,253,253,"((hungry_calls&1))", 1, 4, 0); /* m: 653 -> 656,0 */
	reached0[653] = 1;
	trans[0][653]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][654]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][655]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][656]	= settr(655,0,682,254,254,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 657 -> 682,0 */
	reached0[657] = 1;
	trans[0][657]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][660]	= settr(659,0,682,255,255,".(goto)", 1, 4, 0); /* m: 663 -> 0,682 */
	reached0[663] = 1;
	trans[0][658]	= settr(657,0,682,256,256,"((hungry_calls==0))", 1, 4, 0); /* m: 660 -> 682,0 */
	reached0[660] = 1;
	trans[0][663]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][682] = settr(681,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(681,0,669,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(681,0,670,0,0,"IF", 0, 2, 0);
	trans[0][669]	= settr(668,0,698,257,0,"(told)", 0, 2, 0);
	trans[0][683]	= settr(682,0,698,1,0,".(goto)", 0, 2, 0);
	trans[0][670]	= settr(669,0,681,258,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][681] = settr(680,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(680,0,680,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][680] = settr(679,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(679,2,678,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][678] = settr(677,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(677,2,671,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(677,2,677,0,0,"IF", 1, 4, 0);
	trans[0][671]	= settr(670,2,675,259,259,"((hungry_calls&1))", 1, 4, 0); /* m: 672 -> 675,0 */
	reached0[672] = 1;
	trans[0][672]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][673]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][674]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][675]	= settr(674,0,698,260,260,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 676 -> 698,0 */
	reached0[676] = 1;
	trans[0][676]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][679]	= settr(678,0,698,261,261,".(goto)", 1, 4, 0);
	trans[0][677]	= settr(676,0,698,262,262,"((hungry_calls==0))", 1, 4, 0); /* m: 679 -> 698,0 */
	reached0[679] = 1;
	T = trans[0][698] = settr(697,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(697,0,684,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(697,0,685,0,0,"IF", 0, 2, 0);
	trans[0][684]	= settr(683,0,1132,263,263,"(told)", 0, 2, 0); /* m: 700 -> 1132,0 */
	reached0[700] = 1;
	trans[0][699]	= settr(698,0,700,1,0,".(goto)", 0, 2, 0); /* m: 700 -> 0,1132 */
	reached0[700] = 1;
	trans[0][685]	= settr(684,0,697,264,264,"(!(told))", 0, 2, 0);
	T = trans[ 0][697] = settr(696,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(696,0,696,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][696] = settr(695,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(695,2,694,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][694] = settr(693,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(693,2,686,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(693,2,693,0,0,"IF", 1, 4, 0);
	trans[0][686]	= settr(685,2,691,265,265,"(hungry_jobs)", 1, 4, 0); /* m: 687 -> 691,0 */
	reached0[687] = 1;
	trans[0][687]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][688]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][689]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][690]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][691]	= settr(690,0,1132,266,266,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 692 -> 1132,0 */
	reached0[692] = 1;
	trans[0][692]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][695]	= settr(694,0,1132,267,267,".(goto)", 1, 4, 0); /* m: 700 -> 0,1132 */
	reached0[700] = 1;
	trans[0][693]	= settr(692,2,695,2,0,"else", 1, 4, 0);
	trans[0][700]	= settr(699,0,1132,268,268,"told = 0", 0, 2, 0);
	trans[0][743]	= settr(742,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][702]	= settr(701,0,710,269,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][710] = settr(709,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(709,0,708,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][708] = settr(707,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(707,0,703,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(707,0,707,0,0,"IF", 0, 2, 0);
	trans[0][703]	= settr(702,0,741,270,0,"(asked)", 0, 2, 0);
	trans[0][709]	= settr(708,0,741,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][707] = settr(706,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(706,2,704,0,0,"ATOMIC", 1, 2, 0);
	trans[0][704]	= settr(703,0,741,271,271,"(!(asked))", 1, 2, 0); /* m: 705 -> 741,0 */
	reached0[705] = 1;
	trans[0][705]	= settr(0,0,0,0,0,"asked = 1",0,0,0);
	trans[0][706]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls|(1<<me))",0,0,0);
	T = trans[ 0][741] = settr(740,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(740,0,739,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][739] = settr(738,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(738,0,711,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(738,0,712,0,0,"IF", 0, 2, 0);
	trans[0][711]	= settr(710,0,1132,272,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][740]	= settr(739,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][712]	= settr(711,0,736,273,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][737]	= settr(736,0,736,1,0,".(goto)", 0, 2, 0);
	T = trans[0][736] = settr(735,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(735,0,713,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(735,0,734,0,0,"DO", 0, 2, 0);
	trans[0][713]	= settr(712,0,725,274,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][725] = settr(724,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(724,0,724,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][724] = settr(723,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(723,0,722,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][722] = settr(721,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(721,0,720,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(721,0,721,0,0,"IF", 0, 2, 0);
	T = trans[ 0][720] = settr(719,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(719,2,714,0,0,"ATOMIC", 1, 3, 0);
	trans[0][714]	= settr(713,2,717,275,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][717] = settr(716,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(716,0,715,0,0,"sub-sequence", 1, 3, 0);
	trans[0][715]	= settr(714,2,718,276,276,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 716 -> 0,718 */
	reached0[716] = 1;
	trans[0][716]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][718]	= settr(717,0,732,277,277,"inbox[0]!me,0", 1, 3, 0); /* m: 719 -> 732,0 */
	reached0[719] = 1;
	trans[0][719]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][723]	= settr(722,0,732,1,0,".(goto)", 0, 2, 0);
	trans[0][721]	= settr(720,0,732,278,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][732] = settr(731,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(731,0,729,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(731,0,730,0,0,"IF", 0, 2, 0);
	T = trans[ 0][729] = settr(728,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(728,2,726,0,0,"ATOMIC", 0, 2, 0);
	trans[0][726]	= settr(725,0,736,279,279,"(got)", 0, 2, 0); /* m: 727 -> 736,0 */
	reached0[727] = 1;
	trans[0][727]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][728]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][733]	= settr(732,0,736,1,0,".(goto)", 0, 2, 0);
	trans[0][730]	= settr(729,0,1132,280,0,"(!(got))", 0, 2, 0);
	trans[0][731]	= settr(730,0,1132,1,0,"goto :b7", 0, 2, 0);
	trans[0][734]	= settr(733,0,1132,281,0,"((waiting==0))", 0, 2, 0);
	trans[0][735]	= settr(734,0,1132,1,0,"goto :b7", 0, 2, 0);
	trans[0][738]	= settr(737,0,1132,1,0,"break", 0, 2, 0);
	T = trans[ 0][754] = settr(753,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(753,2,745,0,0,"ATOMIC", 1, 504, 0);
	trans[0][745]	= settr(744,2,751,282,282,"box[me]?ROOM_FOR_JOBS", 1, 504, 0); /* m: 746 -> 751,0 */
	reached0[746] = 1;
	trans[0][746]	= settr(0,0,0,0,0,"out_jobs = 0",0,0,0);
	trans[0][747]	= settr(0,0,0,0,0,"asked_jobs = 0",0,0,0);
	T = trans[0][751] = settr(750,2,0,0,0,"IF", 1, 504, 0);
	T = T->nxt	= settr(750,2,748,0,0,"IF", 1, 504, 0);
	    T->nxt	= settr(750,2,750,0,0,"IF", 1, 504, 0);
	trans[0][748]	= settr(747,4,1073,283,283,"(gives_way)", 1, 504, 0); /* m: 749 -> 1073,0 */
	reached0[749] = 1;
	trans[0][749]	= settr(0,0,0,0,0,"turns = (turns+1)",0,0,0);
	trans[0][752]	= settr(751,4,1073,284,284,".(goto)", 1, 504, 0); /* m: 753 -> 0,1073 */
	reached0[753] = 1;
	trans[0][750]	= settr(749,2,752,2,0,"else", 1, 504, 0);
	trans[0][753]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	T = trans[ 0][1073] = settr(1072,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1072,0,917,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][917] = settr(916,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(916,0,914,0,0,"sub-sequence", 0, 2, 0);
	trans[0][915]	= settr(914,0,914,1,0,".(goto)", 0, 2, 0);
	T = trans[0][914] = settr(913,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(913,0,755,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(913,0,757,0,0,"DO", 0, 2, 0);
	trans[0][755]	= settr(754,0,1071,285,0,"(!(has_jobs))", 0, 2, 0);
	trans[0][756]	= settr(755,0,1071,1,0,"goto :b8", 0, 2, 0);
	trans[0][757]	= settr(756,0,776,286,0,"(has_jobs)", 0, 2, 0);
	T = trans[ 0][776] = settr(775,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(775,0,775,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][775] = settr(774,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(774,0,773,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][773] = settr(772,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(772,0,771,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(772,0,772,0,0,"IF", 0, 2, 0);
	T = trans[ 0][771] = settr(770,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(770,2,758,0,0,"ATOMIC", 1, 3, 0);
	trans[0][758]	= settr(757,2,761,287,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][761] = settr(760,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(760,0,759,0,0,"sub-sequence", 1, 3, 0);
	trans[0][759]	= settr(758,2,769,288,288,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 760 -> 0,769 */
	reached0[760] = 1;
	trans[0][760]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][762]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	T = trans[0][769] = settr(768,2,0,0,0,"IF", 1, 3, 0);
	T = T->nxt	= settr(768,2,763,0,0,"IF", 1, 3, 0);
	    T->nxt	= settr(768,2,766,0,0,"IF", 1, 3, 0);
	trans[0][763]	= settr(762,2,765,289,289,"((jobs>0))", 1, 3, 0); /* m: 764 -> 765,0 */
	reached0[764] = 1;
	trans[0][764]	= settr(0,0,0,0,0,"jobs = (jobs-1)",0,0,0);
	trans[0][765]	= settr(764,0,801,290,290,"inbox[0]!me,1", 1, 3, 0); /* m: 770 -> 801,0 */
	reached0[770] = 1;
	trans[0][770]	= settr(769,0,801,291,291,".(goto)", 1, 3, 0);
	trans[0][766]	= settr(765,2,767,2,0,"else", 1, 3, 0);
	trans[0][767]	= settr(766,0,801,292,292,"given_up = 1", 1, 3, 0); /* m: 768 -> 0,801 */
	reached0[768] = 1;
	trans[0][768]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	trans[0][774]	= settr(773,0,801,1,0,".(goto)", 0, 2, 0);
	trans[0][772]	= settr(771,0,801,293,0,"(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))", 1, 2, 0);
	T = trans[0][801] = settr(800,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(800,0,777,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(800,0,781,0,0,"IF", 0, 2, 0);
	trans[0][777]	= settr(776,0,912,294,0,"((got||asked_jobs))", 0, 2, 0);
	trans[0][802]	= settr(801,0,912,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][781] = settr(780,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(780,2,778,0,0,"ATOMIC", 1, 2, 0);
	trans[0][778]	= settr(777,4,800,295,295,"((!(got)&&!(asked_jobs)))", 1, 2, 0); /* m: 779 -> 800,0 */
	reached0[779] = 1;
	trans[0][779]	= settr(0,0,0,0,0,"asked_jobs = 1",0,0,0);
	trans[0][780]	= settr(0,0,0,0,0,"hungry_jobs = 1",0,0,0);
	T = trans[ 0][800] = settr(799,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(799,0,799,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][799] = settr(798,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(798,0,797,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][797] = settr(796,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(796,0,795,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(796,0,796,0,0,"IF", 0, 2, 0);
	T = trans[ 0][795] = settr(794,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(794,2,782,0,0,"ATOMIC", 1, 3, 0);
	trans[0][782]	= settr(781,2,785,296,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][785] = settr(784,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(784,0,783,0,0,"sub-sequence", 1, 3, 0);
	trans[0][783]	= settr(782,2,793,297,297,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 784 -> 0,793 */
	reached0[784] = 1;
	trans[0][784]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][786]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	T = trans[0][793] = settr(792,2,0,0,0,"IF", 1, 3, 0);
	T = T->nxt	= settr(792,2,787,0,0,"IF", 1, 3, 0);
	    T->nxt	= settr(792,2,790,0,0,"IF", 1, 3, 0);
	trans[0][787]	= settr(786,2,789,298,298,"((jobs>0))", 1, 3, 0); /* m: 788 -> 789,0 */
	reached0[788] = 1;
	trans[0][788]	= settr(0,0,0,0,0,"jobs = (jobs-1)",0,0,0);
	trans[0][789]	= settr(788,0,912,299,299,"inbox[0]!me,1", 1, 3, 0); /* m: 794 -> 912,0 */
	reached0[794] = 1;
	trans[0][794]	= settr(793,0,912,300,300,".(goto)", 1, 3, 0);
	trans[0][790]	= settr(789,2,791,2,0,"else", 1, 3, 0);
	trans[0][791]	= settr(790,0,912,301,301,"given_up = 1", 1, 3, 0); /* m: 792 -> 0,912 */
	reached0[792] = 1;
	trans[0][792]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	trans[0][798]	= settr(797,0,912,1,0,".(goto)", 0, 2, 0);
	trans[0][796]	= settr(795,0,912,302,0,"(!((!((word[0]&(8|16)))&&((word[0]&7)<1))))", 1, 2, 0);
	T = trans[0][912] = settr(911,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(911,0,803,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(911,0,807,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(911,0,812,0,0,"IF", 0, 2, 0);
	trans[0][803]	= settr(802,0,1071,303,0,"(!(got))", 0, 2, 0);
	trans[0][804]	= settr(803,0,1071,1,0,"goto :b8", 0, 2, 0);
	trans[0][913]	= settr(912,0,914,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][807] = settr(806,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(806,2,805,0,0,"ATOMIC", 0, 2, 0);
	trans[0][805]	= settr(804,0,914,304,304,"((got&&!(given_up)))", 0, 2, 0); /* m: 806 -> 914,0 */
	reached0[806] = 1;
	trans[0][806]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	T = trans[ 0][812] = settr(811,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(811,2,808,0,0,"ATOMIC", 0, 2, 0);
	trans[0][808]	= settr(807,4,816,305,305,"(given_up)", 0, 2, 0); /* m: 809 -> 816,0 */
	reached0[809] = 1;
	trans[0][809]	= settr(0,0,0,0,0,"given_up = 0",0,0,0);
	trans[0][810]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][811]	= settr(0,0,0,0,0,"has_jobs = 0",0,0,0);
	T = trans[ 0][816] = settr(815,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(815,0,815,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][815] = settr(814,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(814,2,813,0,0,"ATOMIC", 1, 2, 0);
	trans[0][813]	= settr(812,0,910,306,306,"assert(((word[mine]&7)>0))", 1, 2, 0); /* m: 814 -> 0,910 */
	reached0[814] = 1;
	trans[0][814]	= settr(0,0,0,0,0,"word[mine] = (((word[mine]&7)-1)|(word[mine]&16))",0,0,0);
	trans[0][817]	= settr(0,0,0,0,0,"mine = 0",0,0,0);
	T = trans[ 0][910] = settr(909,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(909,0,832,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][832] = settr(831,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(831,0,818,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(831,0,831,0,0,"IF", 0, 2, 0);
	trans[0][818]	= settr(817,0,830,307,0,"((jobs_turn>0))", 1, 2, 0);
	T = trans[ 0][830] = settr(829,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(829,0,829,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][829] = settr(828,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(828,2,827,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][827] = settr(826,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(826,2,819,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(826,2,826,0,0,"IF", 1, 4, 0);
	trans[0][819]	= settr(818,2,824,308,308,"(hungry_jobs)", 1, 4, 0); /* m: 820 -> 824,0 */
	reached0[820] = 1;
	trans[0][820]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][821]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][822]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][823]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][824]	= settr(823,0,877,309,309,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 825 -> 877,0 */
	reached0[825] = 1;
	trans[0][825]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][828]	= settr(827,0,877,310,310,".(goto)", 1, 4, 0);
	trans[0][826]	= settr(825,2,828,2,0,"else", 1, 4, 0);
	trans[0][833]	= settr(832,0,877,1,0,".(goto)", 0, 2, 0);
	trans[0][831]	= settr(830,0,877,311,0,"((jobs_turn==0))", 1, 2, 0);
	T = trans[ 0][877] = settr(876,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(876,0,875,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][875] = settr(874,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(874,0,836,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(874,0,839,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(874,0,843,0,0,"IF", 0, 2, 0);
	T = trans[ 0][836] = settr(835,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(835,2,834,0,0,"ATOMIC", 1, 2, 0);
	trans[0][834]	= settr(833,0,891,312,312,"(told)", 1, 2, 0); /* m: 835 -> 891,0 */
	reached0[835] = 1;
	trans[0][835]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][876]	= settr(875,0,891,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][839] = settr(838,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(838,2,837,0,0,"ATOMIC", 1, 2, 0);
	trans[0][837]	= settr(836,0,891,313,313,"((!(told)&&!(((1&&turn)&&hungry_jobs))))", 1, 2, 0); /* m: 838 -> 891,0 */
	reached0[838] = 1;
	trans[0][838]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	T = trans[ 0][843] = settr(842,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(842,2,840,0,0,"ATOMIC", 1, 2, 0);
	trans[0][840]	= settr(839,4,855,314,314,"(((!(told)&&turn)&&hungry_jobs))", 1, 2, 0); /* m: 841 -> 855,0 */
	reached0[841] = 1;
	trans[0][841]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][842]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][855] = settr(854,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(854,0,854,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][854] = settr(853,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(853,2,852,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][852] = settr(851,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(851,2,844,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(851,2,851,0,0,"IF", 1, 4, 0);
	trans[0][844]	= settr(843,2,849,315,315,"(hungry_jobs)", 1, 4, 0); /* m: 845 -> 849,0 */
	reached0[845] = 1;
	trans[0][845]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][846]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][847]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][848]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][849]	= settr(848,4,873,316,316,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 850 -> 873,0 */
	reached0[850] = 1;
	trans[0][850]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][853]	= settr(852,0,873,317,317,".(goto)", 1, 4, 0);
	trans[0][851]	= settr(850,2,853,2,0,"else", 1, 4, 0);
	T = trans[0][873] = settr(872,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(872,0,856,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(872,0,857,0,0,"IF", 0, 2, 0);
	trans[0][856]	= settr(855,0,891,318,0,"(told)", 0, 2, 0);
	trans[0][874]	= settr(873,0,891,1,0,".(goto)", 0, 2, 0);
	trans[0][857]	= settr(856,0,860,2,0,"else", 0, 2, 0);
	T = trans[ 0][860] = settr(859,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(859,2,858,0,0,"ATOMIC", 1, 2, 0);
	trans[0][858]	= settr(857,4,871,319,319,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 859 -> 0,871 */
	reached0[859] = 1;
	trans[0][859]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][871] = settr(870,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(870,0,870,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][870] = settr(869,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(869,2,868,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][868] = settr(867,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(867,2,861,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(867,2,867,0,0,"IF", 1, 4, 0);
	trans[0][861]	= settr(860,2,865,320,320,"((hungry_calls&1))", 1, 4, 0); /* m: 862 -> 865,0 */
	reached0[862] = 1;
	trans[0][862]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][863]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][864]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][865]	= settr(864,0,891,321,321,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 866 -> 891,0 */
	reached0[866] = 1;
	trans[0][866]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][869]	= settr(868,0,891,322,322,".(goto)", 1, 4, 0); /* m: 872 -> 0,891 */
	reached0[872] = 1;
	trans[0][867]	= settr(866,0,891,323,323,"((hungry_calls==0))", 1, 4, 0); /* m: 869 -> 891,0 */
	reached0[869] = 1;
	trans[0][872]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][891] = settr(890,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(890,0,878,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(890,0,879,0,0,"IF", 0, 2, 0);
	trans[0][878]	= settr(877,0,907,324,0,"(told)", 0, 2, 0);
	trans[0][892]	= settr(891,0,907,1,0,".(goto)", 0, 2, 0);
	trans[0][879]	= settr(878,0,890,325,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][890] = settr(889,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(889,0,889,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][889] = settr(888,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(888,2,887,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][887] = settr(886,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(886,2,880,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(886,2,886,0,0,"IF", 1, 4, 0);
	trans[0][880]	= settr(879,2,884,326,326,"((hungry_calls&1))", 1, 4, 0); /* m: 881 -> 884,0 */
	reached0[881] = 1;
	trans[0][881]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][882]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][883]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][884]	= settr(883,0,907,327,327,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 885 -> 907,0 */
	reached0[885] = 1;
	trans[0][885]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][888]	= settr(887,0,907,328,328,".(goto)", 1, 4, 0);
	trans[0][886]	= settr(885,0,907,329,329,"((hungry_calls==0))", 1, 4, 0); /* m: 888 -> 907,0 */
	reached0[888] = 1;
	T = trans[0][907] = settr(906,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(906,0,893,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(906,0,894,0,0,"IF", 0, 2, 0);
	trans[0][893]	= settr(892,0,1071,330,330,"(told)", 0, 2, 0); /* m: 909 -> 1071,0 */
	reached0[909] = 1;
	trans[0][908]	= settr(907,0,909,1,0,".(goto)", 0, 2, 0); /* m: 909 -> 0,1071 */
	reached0[909] = 1;
	trans[0][894]	= settr(893,0,906,331,331,"(!(told))", 0, 2, 0);
	T = trans[ 0][906] = settr(905,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(905,0,905,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][905] = settr(904,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(904,2,903,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][903] = settr(902,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(902,2,895,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(902,2,902,0,0,"IF", 1, 4, 0);
	trans[0][895]	= settr(894,2,900,332,332,"(hungry_jobs)", 1, 4, 0); /* m: 896 -> 900,0 */
	reached0[896] = 1;
	trans[0][896]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][897]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][898]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][899]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][900]	= settr(899,0,1071,333,333,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 901 -> 1071,0 */
	reached0[901] = 1;
	trans[0][901]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][904]	= settr(903,0,1071,334,334,".(goto)", 1, 4, 0); /* m: 909 -> 0,1071 */
	reached0[909] = 1;
	trans[0][902]	= settr(901,2,904,2,0,"else", 1, 4, 0);
	trans[0][909]	= settr(908,0,1071,335,335,"told = 0", 0, 2, 0);
	trans[0][911]	= settr(910,0,1071,1,0,"goto :b8", 0, 2, 0);
	trans[0][916]	= settr(915,0,1071,1,0,"break", 0, 2, 0);
	T = trans[0][1071] = settr(1070,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1070,0,918,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1070,0,919,0,0,"IF", 0, 2, 0);
	trans[0][918]	= settr(917,0,1132,336,0,"(((asked_jobs&&turns)&&((word[0]&7)&&!((word[0]&(8|16))))))", 1, 2, 0);
	trans[0][1072]	= settr(1071,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][919]	= settr(918,0,973,337,0,"(!((((0&&asked_jobs)&&turns)&&((word[0]&7)&&!((word[0]&(8|16)))))))", 1, 2, 0);
	T = trans[ 0][973] = settr(972,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(972,0,927,0,0,"sub-sequence", 0, 2, 0);
	trans[0][928]	= settr(927,0,927,1,0,".(goto)", 0, 2, 0);
	T = trans[0][927] = settr(926,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(926,0,924,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(926,0,925,0,0,"DO", 0, 2, 0);
	T = trans[ 0][924] = settr(923,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(923,2,920,0,0,"ATOMIC", 1, 2, 0);
	trans[0][920]	= settr(919,0,927,338,338,"((turns>0))", 1, 2, 0); /* m: 921 -> 927,0 */
	reached0[921] = 1;
	trans[0][921]	= settr(0,0,0,0,0,"turns = (turns-1)",0,0,0);
	trans[0][922]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn-1)",0,0,0);
	trans[0][923]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	trans[0][925]	= settr(924,0,960,339,0,"((turns==0))", 0, 2, 0);
	trans[0][926]	= settr(925,0,960,1,0,"goto :b9", 0, 2, 0);
	trans[0][929]	= settr(928,0,960,1,0,"break", 0, 2, 0);
	T = trans[ 0][960] = settr(959,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(959,0,958,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][958] = settr(957,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(957,0,930,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(957,0,931,0,0,"IF", 0, 2, 0);
	trans[0][930]	= settr(929,0,971,340,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][959]	= settr(958,0,971,1,0,".(goto)", 0, 2, 0);
	trans[0][931]	= settr(930,0,955,341,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][956]	= settr(955,0,955,1,0,".(goto)", 0, 2, 0);
	T = trans[0][955] = settr(954,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(954,0,932,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(954,0,953,0,0,"DO", 0, 2, 0);
	trans[0][932]	= settr(931,0,944,342,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][944] = settr(943,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(943,0,943,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][943] = settr(942,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(942,0,941,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][941] = settr(940,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(940,0,939,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(940,0,940,0,0,"IF", 0, 2, 0);
	T = trans[ 0][939] = settr(938,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(938,2,933,0,0,"ATOMIC", 1, 3, 0);
	trans[0][933]	= settr(932,2,936,343,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][936] = settr(935,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(935,0,934,0,0,"sub-sequence", 1, 3, 0);
	trans[0][934]	= settr(933,2,937,344,344,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 935 -> 0,937 */
	reached0[935] = 1;
	trans[0][935]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][937]	= settr(936,0,951,345,345,"inbox[0]!me,0", 1, 3, 0); /* m: 938 -> 951,0 */
	reached0[938] = 1;
	trans[0][938]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][942]	= settr(941,0,951,1,0,".(goto)", 0, 2, 0);
	trans[0][940]	= settr(939,0,951,346,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][951] = settr(950,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(950,0,948,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(950,0,949,0,0,"IF", 0, 2, 0);
	T = trans[ 0][948] = settr(947,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(947,2,945,0,0,"ATOMIC", 0, 2, 0);
	trans[0][945]	= settr(944,0,955,347,347,"(got)", 0, 2, 0); /* m: 946 -> 955,0 */
	reached0[946] = 1;
	trans[0][946]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][947]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][952]	= settr(951,0,955,1,0,".(goto)", 0, 2, 0);
	trans[0][949]	= settr(948,0,971,348,0,"(!(got))", 0, 2, 0);
	trans[0][950]	= settr(949,0,971,1,0,"goto :b10", 0, 2, 0);
	trans[0][953]	= settr(952,0,971,349,0,"((waiting==0))", 0, 2, 0);
	trans[0][954]	= settr(953,0,971,1,0,"goto :b10", 0, 2, 0);
	trans[0][957]	= settr(956,0,971,1,0,"break", 0, 2, 0);
	T = trans[ 0][971] = settr(970,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(970,0,970,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][970] = settr(969,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(969,2,968,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][968] = settr(967,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(967,2,961,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(967,2,967,0,0,"IF", 1, 4, 0);
	trans[0][961]	= settr(960,2,965,350,350,"((hungry_calls&1))", 1, 4, 0); /* m: 962 -> 965,0 */
	reached0[962] = 1;
	trans[0][962]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][963]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][964]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][965]	= settr(964,0,1069,351,351,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 966 -> 1069,0 */
	reached0[966] = 1;
	trans[0][966]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][969]	= settr(968,0,1069,352,352,".(goto)", 1, 4, 0); /* m: 972 -> 0,1069 */
	reached0[972] = 1;
	trans[0][967]	= settr(966,0,1069,353,353,"((hungry_calls==0))", 1, 4, 0); /* m: 969 -> 1069,0 */
	reached0[969] = 1;
	trans[0][972]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][1069] = settr(1068,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1068,0,974,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1068,0,975,0,0,"IF", 0, 2, 0);
	trans[0][974]	= settr(973,0,1132,354,0,"(asked_jobs)", 0, 2, 0);
	trans[0][1070]	= settr(1069,0,1132,1,0,".(goto)", 0, 2, 0);
	trans[0][975]	= settr(974,0,1068,355,0,"(!(asked_jobs))", 0, 2, 0);
	T = trans[ 0][1068] = settr(1067,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1067,0,990,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][990] = settr(989,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(989,0,976,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(989,0,989,0,0,"IF", 0, 2, 0);
	trans[0][976]	= settr(975,0,988,356,0,"((jobs_turn>0))", 1, 2, 0);
	T = trans[ 0][988] = settr(987,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(987,0,987,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][987] = settr(986,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(986,2,985,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][985] = settr(984,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(984,2,977,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(984,2,984,0,0,"IF", 1, 4, 0);
	trans[0][977]	= settr(976,2,982,357,357,"(hungry_jobs)", 1, 4, 0); /* m: 978 -> 982,0 */
	reached0[978] = 1;
	trans[0][978]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][979]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][980]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][981]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][982]	= settr(981,0,1035,358,358,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 983 -> 1035,0 */
	reached0[983] = 1;
	trans[0][983]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][986]	= settr(985,0,1035,359,359,".(goto)", 1, 4, 0);
	trans[0][984]	= settr(983,2,986,2,0,"else", 1, 4, 0);
	trans[0][991]	= settr(990,0,1035,1,0,".(goto)", 0, 2, 0);
	trans[0][989]	= settr(988,0,1035,360,0,"((jobs_turn==0))", 1, 2, 0);
	T = trans[ 0][1035] = settr(1034,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1034,0,1033,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][1033] = settr(1032,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1032,0,994,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1032,0,997,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1032,0,1001,0,0,"IF", 0, 2, 0);
	T = trans[ 0][994] = settr(993,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(993,2,992,0,0,"ATOMIC", 1, 2, 0);
	trans[0][992]	= settr(991,0,1049,361,361,"(told)", 1, 2, 0); /* m: 993 -> 1049,0 */
	reached0[993] = 1;
	trans[0][993]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][1034]	= settr(1033,0,1049,1,0,".(goto)", 0, 2, 0);
	T = trans[ 0][997] = settr(996,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(996,2,995,0,0,"ATOMIC", 1, 2, 0);
	trans[0][995]	= settr(994,0,1049,362,362,"((!(told)&&!(((1&&turn)&&hungry_jobs))))", 1, 2, 0); /* m: 996 -> 1049,0 */
	reached0[996] = 1;
	trans[0][996]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	T = trans[ 0][1001] = settr(1000,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1000,2,998,0,0,"ATOMIC", 1, 2, 0);
	trans[0][998]	= settr(997,4,1013,363,363,"(((!(told)&&turn)&&hungry_jobs))", 1, 2, 0); /* m: 999 -> 1013,0 */
	reached0[999] = 1;
	trans[0][999]	= settr(0,0,0,0,0,"turn = !(turn)",0,0,0);
	trans[0][1000]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn+1)",0,0,0);
	T = trans[ 0][1013] = settr(1012,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1012,0,1012,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][1012] = settr(1011,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1011,2,1010,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][1010] = settr(1009,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1009,2,1002,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1009,2,1009,0,0,"IF", 1, 4, 0);
	trans[0][1002]	= settr(1001,2,1007,364,364,"(hungry_jobs)", 1, 4, 0); /* m: 1003 -> 1007,0 */
	reached0[1003] = 1;
	trans[0][1003]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][1004]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][1005]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][1006]	= settr(0,0,0,0,0,"gives_way = 1",0,0,0);
	trans[0][1007]	= settr(1006,4,1031,365,365,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 1008 -> 1031,0 */
	reached0[1008] = 1;
	trans[0][1008]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][1011]	= settr(1010,0,1031,366,366,".(goto)", 1, 4, 0);
	trans[0][1009]	= settr(1008,2,1011,2,0,"else", 1, 4, 0);
	T = trans[0][1031] = settr(1030,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1030,0,1014,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1030,0,1015,0,0,"IF", 0, 2, 0);
	trans[0][1014]	= settr(1013,0,1049,367,0,"(told)", 0, 2, 0);
	trans[0][1032]	= settr(1031,0,1049,1,0,".(goto)", 0, 2, 0);
	trans[0][1015]	= settr(1014,0,1018,2,0,"else", 0, 2, 0);
	T = trans[ 0][1018] = settr(1017,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1017,2,1016,0,0,"ATOMIC", 1, 2, 0);
	trans[0][1016]	= settr(1015,4,1029,368,368,"jobs_turn = (jobs_turn-1)", 1, 2, 0); /* m: 1017 -> 0,1029 */
	reached0[1017] = 1;
	trans[0][1017]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	T = trans[ 0][1029] = settr(1028,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1028,0,1028,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][1028] = settr(1027,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1027,2,1026,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][1026] = settr(1025,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1025,2,1019,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1025,2,1025,0,0,"IF", 1, 4, 0);
	trans[0][1019]	= settr(1018,2,1023,369,369,"((hungry_calls&1))", 1, 4, 0); /* m: 1020 -> 1023,0 */
	reached0[1020] = 1;
	trans[0][1020]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][1021]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][1022]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][1023]	= settr(1022,0,1049,370,370,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 1024 -> 1049,0 */
	reached0[1024] = 1;
	trans[0][1024]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][1027]	= settr(1026,0,1049,371,371,".(goto)", 1, 4, 0); /* m: 1030 -> 0,1049 */
	reached0[1030] = 1;
	trans[0][1025]	= settr(1024,0,1049,372,372,"((hungry_calls==0))", 1, 4, 0); /* m: 1027 -> 1049,0 */
	reached0[1027] = 1;
	trans[0][1030]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[0][1049] = settr(1048,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1048,0,1036,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1048,0,1037,0,0,"IF", 0, 2, 0);
	trans[0][1036]	= settr(1035,0,1065,373,0,"(told)", 0, 2, 0);
	trans[0][1050]	= settr(1049,0,1065,1,0,".(goto)", 0, 2, 0);
	trans[0][1037]	= settr(1036,0,1048,374,0,"(!(told))", 0, 2, 0);
	T = trans[ 0][1048] = settr(1047,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1047,0,1047,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][1047] = settr(1046,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1046,2,1045,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][1045] = settr(1044,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1044,2,1038,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1044,2,1044,0,0,"IF", 1, 4, 0);
	trans[0][1038]	= settr(1037,2,1042,375,375,"((hungry_calls&1))", 1, 4, 0); /* m: 1039 -> 1042,0 */
	reached0[1039] = 1;
	trans[0][1039]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][1040]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][1041]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][1042]	= settr(1041,0,1065,376,376,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 1043 -> 1065,0 */
	reached0[1043] = 1;
	trans[0][1043]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][1046]	= settr(1045,0,1065,377,377,".(goto)", 1, 4, 0);
	trans[0][1044]	= settr(1043,0,1065,378,378,"((hungry_calls==0))", 1, 4, 0); /* m: 1046 -> 1065,0 */
	reached0[1046] = 1;
	T = trans[0][1065] = settr(1064,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1064,0,1051,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1064,0,1052,0,0,"IF", 0, 2, 0);
	trans[0][1051]	= settr(1050,0,1132,379,379,"(told)", 0, 2, 0); /* m: 1067 -> 1132,0 */
	reached0[1067] = 1;
	trans[0][1066]	= settr(1065,0,1067,1,0,".(goto)", 0, 2, 0); /* m: 1067 -> 0,1132 */
	reached0[1067] = 1;
	trans[0][1052]	= settr(1051,0,1064,380,380,"(!(told))", 0, 2, 0);
	T = trans[ 0][1064] = settr(1063,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1063,0,1063,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][1063] = settr(1062,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1062,2,1061,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][1061] = settr(1060,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1060,2,1053,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1060,2,1060,0,0,"IF", 1, 4, 0);
	trans[0][1053]	= settr(1052,2,1058,381,381,"(hungry_jobs)", 1, 4, 0); /* m: 1054 -> 1058,0 */
	reached0[1054] = 1;
	trans[0][1054]	= settr(0,0,0,0,0,"hungry_jobs = 0",0,0,0);
	trans[0][1055]	= settr(0,0,0,0,0,"assert(!(out_jobs))",0,0,0);
	trans[0][1056]	= settr(0,0,0,0,0,"out_jobs = 1",0,0,0);
	trans[0][1057]	= settr(0,0,0,0,0,"gives_way = 0",0,0,0);
	trans[0][1058]	= settr(1057,0,1132,382,382,"box[0]!ROOM_FOR_JOBS", 1, 4, 0); /* m: 1059 -> 1132,0 */
	reached0[1059] = 1;
	trans[0][1059]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][1062]	= settr(1061,0,1132,383,383,".(goto)", 1, 4, 0); /* m: 1067 -> 0,1132 */
	reached0[1067] = 1;
	trans[0][1060]	= settr(1059,2,1062,2,0,"else", 1, 4, 0);
	trans[0][1067]	= settr(1066,0,1132,384,384,"told = 0", 0, 2, 0);
	trans[0][1074]	= settr(1073,0,1128,385,0,"((!(0)&&(turns>0)))", 0, 2, 0);
	T = trans[ 0][1128] = settr(1127,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1127,0,1082,0,0,"sub-sequence", 0, 2, 0);
	trans[0][1083]	= settr(1082,0,1082,1,0,".(goto)", 0, 2, 0);
	T = trans[0][1082] = settr(1081,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1081,0,1079,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(1081,0,1080,0,0,"DO", 0, 2, 0);
	T = trans[ 0][1079] = settr(1078,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1078,2,1075,0,0,"ATOMIC", 1, 2, 0);
	trans[0][1075]	= settr(1074,0,1082,386,386,"((turns>0))", 1, 2, 0); /* m: 1076 -> 1082,0 */
	reached0[1076] = 1;
	trans[0][1076]	= settr(0,0,0,0,0,"turns = (turns-1)",0,0,0);
	trans[0][1077]	= settr(0,0,0,0,0,"jobs_turn = (jobs_turn-1)",0,0,0);
	trans[0][1078]	= settr(0,0,0,0,0,"assert((jobs_turn>=0))",0,0,0);
	trans[0][1080]	= settr(1079,0,1115,387,0,"((turns==0))", 0, 2, 0);
	trans[0][1081]	= settr(1080,0,1115,1,0,"goto :b11", 0, 2, 0);
	trans[0][1084]	= settr(1083,0,1115,1,0,"break", 0, 2, 0);
	T = trans[ 0][1115] = settr(1114,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1114,0,1113,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][1113] = settr(1112,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1112,0,1085,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1112,0,1086,0,0,"IF", 0, 2, 0);
	trans[0][1085]	= settr(1084,0,1126,388,0,"(((waiting==0)||(jobs_turn>0)))", 1, 2, 0);
	trans[0][1114]	= settr(1113,0,1126,1,0,".(goto)", 0, 2, 0);
	trans[0][1086]	= settr(1085,0,1110,389,0,"(((waiting>0)&&(jobs_turn==0)))", 1, 2, 0);
	trans[0][1111]	= settr(1110,0,1110,1,0,".(goto)", 0, 2, 0);
	T = trans[0][1110] = settr(1109,0,0,0,0,"DO", 0, 2, 0);
	T = T->nxt	= settr(1109,0,1087,0,0,"DO", 0, 2, 0);
	    T->nxt	= settr(1109,0,1108,0,0,"DO", 0, 2, 0);
	trans[0][1087]	= settr(1086,0,1099,390,0,"((waiting>0))", 0, 2, 0);
	T = trans[ 0][1099] = settr(1098,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1098,0,1098,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][1098] = settr(1097,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1097,0,1096,0,0,"sub-sequence", 0, 2, 0);
	T = trans[0][1096] = settr(1095,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1095,0,1094,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1095,0,1095,0,0,"IF", 0, 2, 0);
	T = trans[ 0][1094] = settr(1093,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1093,2,1088,0,0,"ATOMIC", 1, 3, 0);
	trans[0][1088]	= settr(1087,2,1091,391,0,"((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0);
	T = trans[ 0][1091] = settr(1090,0,0,0,0,"sub-sequence", 1, 3, 0);
	T->nxt	= settr(1090,0,1089,0,0,"sub-sequence", 1, 3, 0);
	trans[0][1089]	= settr(1088,2,1092,392,392,"assert((!((word[0]&(8|16)))&&((word[0]&7)<1)))", 1, 3, 0); /* m: 1090 -> 0,1092 */
	reached0[1090] = 1;
	trans[0][1090]	= settr(0,0,0,0,0,"word[0] = ( ((1==1)) -> ((8|1)) : ((word[0]+1)) )",0,0,0);
	trans[0][1092]	= settr(1091,0,1106,393,393,"inbox[0]!me,0", 1, 3, 0); /* m: 1093 -> 1106,0 */
	reached0[1093] = 1;
	trans[0][1093]	= settr(0,0,0,0,0,"got = 1",0,0,0);
	trans[0][1097]	= settr(1096,0,1106,1,0,".(goto)", 0, 2, 0);
	trans[0][1095]	= settr(1094,0,1106,394,0,"((!((!((word[0]&(8|16)))&&((word[0]&7)<1)))||((1>1)&&(word[0]&7))))", 1, 2, 0);
	T = trans[0][1106] = settr(1105,0,0,0,0,"IF", 0, 2, 0);
	T = T->nxt	= settr(1105,0,1103,0,0,"IF", 0, 2, 0);
	    T->nxt	= settr(1105,0,1104,0,0,"IF", 0, 2, 0);
	T = trans[ 0][1103] = settr(1102,2,0,0,0,"ATOMIC", 0, 2, 0);
	T->nxt	= settr(1102,2,1100,0,0,"ATOMIC", 0, 2, 0);
	trans[0][1100]	= settr(1099,0,1110,395,395,"(got)", 0, 2, 0); /* m: 1101 -> 1110,0 */
	reached0[1101] = 1;
	trans[0][1101]	= settr(0,0,0,0,0,"got = 0",0,0,0);
	trans[0][1102]	= settr(0,0,0,0,0,"waiting = (waiting-1)",0,0,0);
	trans[0][1107]	= settr(1106,0,1110,1,0,".(goto)", 0, 2, 0);
	trans[0][1104]	= settr(1103,0,1126,396,0,"(!(got))", 0, 2, 0);
	trans[0][1105]	= settr(1104,0,1126,1,0,"goto :b12", 0, 2, 0);
	trans[0][1108]	= settr(1107,0,1126,397,0,"((waiting==0))", 0, 2, 0);
	trans[0][1109]	= settr(1108,0,1126,1,0,"goto :b12", 0, 2, 0);
	trans[0][1112]	= settr(1111,0,1126,1,0,"break", 0, 2, 0);
	T = trans[ 0][1126] = settr(1125,0,0,0,0,"sub-sequence", 0, 2, 0);
	T->nxt	= settr(1125,0,1125,0,0,"sub-sequence", 0, 2, 0);
	T = trans[ 0][1125] = settr(1124,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1124,2,1123,0,0,"ATOMIC", 1, 4, 0);
	T = trans[0][1123] = settr(1122,2,0,0,0,"IF", 1, 4, 0);
	T = T->nxt	= settr(1122,2,1116,0,0,"IF", 1, 4, 0);
	    T->nxt	= settr(1122,2,1122,0,0,"IF", 1, 4, 0);
	trans[0][1116]	= settr(1115,2,1120,398,398,"((hungry_calls&1))", 1, 4, 0); /* m: 1117 -> 1120,0 */
	reached0[1117] = 1;
	trans[0][1117]	= settr(0,0,0,0,0,"hungry_calls = (hungry_calls&~(1))",0,0,0);
	trans[0][1118]	= settr(0,0,0,0,0,"assert(!(out_calls[0]))",0,0,0);
	trans[0][1119]	= settr(0,0,0,0,0,"out_calls[0] = 1",0,0,0);
	trans[0][1120]	= settr(1119,0,1132,399,399,"box[0]!ROOM_FOR_CALLS", 1, 4, 0); /* m: 1121 -> 1132,0 */
	reached0[1121] = 1;
	trans[0][1121]	= settr(0,0,0,0,0,"told = 1",0,0,0);
	trans[0][1124]	= settr(1123,0,1132,400,400,".(goto)", 1, 4, 0); /* m: 1127 -> 0,1132 */
	reached0[1127] = 1;
	trans[0][1122]	= settr(1121,0,1132,401,401,"((hungry_calls==0))", 1, 4, 0); /* m: 1124 -> 1132,0 */
	reached0[1124] = 1;
	trans[0][1127]	= settr(0,0,0,0,0,"told = 0",0,0,0);
	T = trans[ 0][1131] = settr(1130,2,0,0,0,"ATOMIC", 1, 2, 0);
	T->nxt	= settr(1130,2,1129,0,0,"ATOMIC", 1, 1004, 0);
	trans[0][1129]	= settr(1128,0,1136,402,402,"((((ended==((1*2)+1))&&(turns==0))&&empty(box[me])))", 1, 1004, 0); /* m: 1130 -> 1136,0 */
	reached0[1130] = 1;
	trans[0][1130]	= settr(1129,0,1135,1,0,"goto :b0", 1, 1004, 0); /* m: 1135 -> 0,1136 */
	reached0[1135] = 1;
	trans[0][1134]	= settr(1133,0,1135,1,0,"break", 0, 2, 0);
	trans[0][1135]	= settr(1134,0,1136,403,403,"assert(((waiting==0)&&(jobs==0)))", 0, 2, 0);
	trans[0][1136]	= settr(1135,0,0,404,404,"-end-", 0, 3500, 0);
	/* np_ demon: */
	trans[_NP_] = (Trans **) emalloc(3*sizeof(Trans *));
	T = trans[_NP_][0] = settr(9997,0,1,_T5,0,"(np_)", 1,2,0);
	    T->nxt	  = settr(9998,0,0,_T2,0,"(1)",   0,2,0);
	T = trans[_NP_][1] = settr(9999,0,1,_T5,0,"(np_)", 1,2,0);
}

Trans *
settr(	int t_id, int a, int b, int c, int d,
	char *t, int g, int tpe0, int tpe1)
{	Trans *tmp = (Trans *) emalloc(sizeof(Trans));

	tmp->atom  = a&(6|32);	/* only (2|8|32) have meaning */
	if (!g) tmp->atom |= 8;	/* no global references */
	tmp->st    = b;
	tmp->tpe[0] = tpe0;
	tmp->tpe[1] = tpe1;
	tmp->tp    = t;
	tmp->t_id  = t_id;
	tmp->forw  = c;
	tmp->back  = d;
	return tmp;
}

Trans *
cpytr(Trans *a)
{	Trans *tmp = (Trans *) emalloc(sizeof(Trans));

	int i;
	tmp->atom  = a->atom;
	tmp->st    = a->st;
#ifdef HAS_UNLESS
	tmp->e_trans = a->e_trans;
	for (i = 0; i < HAS_UNLESS; i++)
		tmp->escp[i] = a->escp[i];
#endif
	tmp->tpe[0] = a->tpe[0];
	tmp->tpe[1] = a->tpe[1];
	for (i = 0; i < 6; i++)
	{	tmp->qu[i] = a->qu[i];
		tmp->ty[i] = a->ty[i];
	}
	tmp->tp    = (char *) emalloc(strlen(a->tp)+1);
	strcpy(tmp->tp, a->tp);
	tmp->t_id  = a->t_id;
	tmp->forw  = a->forw;
	tmp->back  = a->back;
	return tmp;
}

#ifndef NOREDUCE
int
srinc_set(int n)
{	if (n <= 2) return LOCAL;
	if (n <= 2+  DELTA) return Q_FULL_F; /* 's' or nfull  */
	if (n <= 2+2*DELTA) return Q_EMPT_F; /* 'r' or nempty */
	if (n <= 2+3*DELTA) return Q_EMPT_T; /* empty */
	if (n <= 2+4*DELTA) return Q_FULL_T; /* full  */
	if (n ==   5*DELTA) return GLOBAL;
	if (n ==   6*DELTA) return TIMEOUT_F;
	if (n ==   7*DELTA) return ALPHA_F;
	Uerror("cannot happen srinc_class");
	return BAD;
}
int
srunc(int n, int m)
{	switch(m) {
	case Q_FULL_F: return n-2;
	case Q_EMPT_F: return n-2-DELTA;
	case Q_EMPT_T: return n-2-2*DELTA;
	case Q_FULL_T: return n-2-3*DELTA;
	case ALPHA_F:
	case TIMEOUT_F: return 257; /* non-zero, and > MAXQ */
	}
	Uerror("cannot happen srunc");
	return 0;
}
#endif
int cnt;
#ifdef HAS_UNLESS
int
isthere(Trans *a, int b)
{	Trans *t;
	for (t = a; t; t = t->nxt)
		if (t->t_id == b)
			return 1;
	return 0;
}
#endif
#ifndef NOREDUCE
int
mark_safety(Trans *t) /* for conditional safety */
{	int g = 0, i, j, k;

	if (!t) return 0;
	if (t->qu[0])
		return (t->qu[1])?2:1;	/* marked */

	for (i = 0; i < 2; i++)
	{	j = srinc_set(t->tpe[i]);
		if (j >= GLOBAL && j != ALPHA_F)
			return -1;
		if (j != LOCAL)
		{	k = srunc(t->tpe[i], j);
			if (g == 0
			||  t->qu[0] != k
			||  t->ty[0] != j)
			{	t->qu[g] = k;
				t->ty[g] = j;
				g++;
	}	}	}
	return g;
}
#endif
void
retrans(int n, int m, int is, short srcln[], uchar reach[], uchar lpstate[])
	/* process n, with m states, is=initial state */
{	Trans *T0, *T1, *T2, *T3;
	Trans *T4, *T5; /* t_reverse or has_unless */
	int i;
#if defined(HAS_UNLESS) || !defined(NOREDUCE)
	int k;
#endif
#ifndef NOREDUCE
	int g, h, j, aa;
#endif
#ifdef HAS_UNLESS
	int p;
#endif
	if (state_tables >= 4)
	{	printf("STEP 1 %s\n", 
			procname[n]);
		for (i = 1; i < m; i++)
		for (T0 = trans[n][i]; T0; T0 = T0->nxt)
			crack(n, i, T0, srcln);
		return;
	}
	do {
		for (i = 1, cnt = 0; i < m; i++)
		{	T2 = trans[n][i];
			T1 = T2?T2->nxt:(Trans *)0;
/* prescan: */		for (T0 = T1; T0; T0 = T0->nxt)
/* choice in choice */	{	if (T0->st && trans[n][T0->st]
				&&  trans[n][T0->st]->nxt)
					break;
			}
#if 0
		if (T0)
		printf("\tstate %d / %d: choice in choice\n",
		i, T0->st);
#endif
			if (T0)
			for (T0 = T1; T0; T0 = T0->nxt)
			{	T3 = trans[n][T0->st];
				if (!T3->nxt)
				{	T2->nxt = cpytr(T0);
					T2 = T2->nxt;
					imed(T2, T0->st, n, i);
					continue;
				}
				do {	T3 = T3->nxt;
					T2->nxt = cpytr(T3);
					T2 = T2->nxt;
					imed(T2, T0->st, n, i);
				} while (T3->nxt);
				cnt++;
			}
		}
	} while (cnt);
	if (state_tables >= 3)
	{	printf("STEP 2 %s\n", 
			procname[n]);
		for (i = 1; i < m; i++)
		for (T0 = trans[n][i]; T0; T0 = T0->nxt)
			crack(n, i, T0, srcln);
		return;
	}
	for (i = 1; i < m; i++)
	{	if (trans[n][i] && trans[n][i]->nxt) /* optimize */
		{	T1 = trans[n][i]->nxt;
#if 0
			printf("\t\tpull %d (%d) to %d\n",
			T1->st, T1->forw, i);
#endif
			srcln[i] = srcln[T1->st];	/* Oyvind Teig, 5.2.0 */

			if (!trans[n][T1->st]) continue;
			T0 = cpytr(trans[n][T1->st]);
			trans[n][i] = T0;
			reach[T1->st] = 1;
			imed(T0, T1->st, n, i);
			for (T1 = T1->nxt; T1; T1 = T1->nxt)
			{
#if 0
			printf("\t\tpull %d (%d) to %d\n",
				T1->st, T1->forw, i);
#endif
		/*		srcln[i] = srcln[T1->st];  gh: not useful */
				if (!trans[n][T1->st]) continue;
				T0->nxt = cpytr(trans[n][T1->st]);
				T0 = T0->nxt;
				reach[T1->st] = 1;
				imed(T0, T1->st, n, i);
	}	}	}
	if (state_tables >= 2)
	{	printf("STEP 3 %s\n", 
			procname[n]);
		for (i = 1; i < m; i++)
		for (T0 = trans[n][i]; T0; T0 = T0->nxt)
			crack(n, i, T0, srcln);
		return;
	}
#ifdef HAS_UNLESS
	for (i = 1; i < m; i++)
	{	if (!trans[n][i]) continue;
		/* check for each state i if an
		 * escape to some state p is defined
		 * if so, copy and mark p's transitions
		 * and prepend them to the transition-
		 * list of state i
		 */
	 if (!like_java) /* the default */
	 {	for (T0 = trans[n][i]; T0; T0 = T0->nxt)
		for (k = HAS_UNLESS-1; k >= 0; k--)
		{	if (p = T0->escp[k])
			for (T1 = trans[n][p]; T1; T1 = T1->nxt)
			{	if (isthere(trans[n][i], T1->t_id))
					continue;
				T2 = cpytr(T1);
				T2->e_trans = p;
				T2->nxt = trans[n][i];
				trans[n][i] = T2;
		}	}
	 } else /* outermost unless checked first */
	 {	T4 = T3 = (Trans *) 0;
		for (T0 = trans[n][i]; T0; T0 = T0->nxt)
		for (k = HAS_UNLESS-1; k >= 0; k--)
		{	if (p = T0->escp[k])
			for (T1 = trans[n][p]; T1; T1 = T1->nxt)
			{	if (isthere(trans[n][i], T1->t_id))
					continue;
				T2 = cpytr(T1);
				T2->nxt = (Trans *) 0;
				T2->e_trans = p;
				if (T3)	T3->nxt = T2;
				else	T4 = T2;
				T3 = T2;
		}	}
		if (T4)
		{	T3->nxt = trans[n][i];
			trans[n][i] = T4;
		}
	 }
	}
#endif
#ifndef NOREDUCE
	for (i = 1; i < m; i++)
	{	if (a_cycles)
		{ /* moves through these states are visible */
	#if PROG_LAB>0 && defined(HAS_NP)
			if (progstate[n][i])
				goto degrade;
			for (T1 = trans[n][i]; T1; T1 = T1->nxt)
				if (progstate[n][T1->st])
					goto degrade;
	#endif
			if (accpstate[n][i] || visstate[n][i])
				goto degrade;
			for (T1 = trans[n][i]; T1; T1 = T1->nxt)
				if (accpstate[n][T1->st])
					goto degrade;
		}
		T1 = trans[n][i];
		if (!T1) continue;
		g = mark_safety(T1);	/* V3.3.1 */
		if (g < 0) goto degrade; /* global */
		/* check if mixing of guards preserves reduction */
		if (T1->nxt)
		{	k = 0;
			for (T0 = T1; T0; T0 = T0->nxt)
			{	if (!(T0->atom&8))
					goto degrade;
				for (aa = 0; aa < 2; aa++)
				{	j = srinc_set(T0->tpe[aa]);
					if (j >= GLOBAL && j != ALPHA_F)
						goto degrade;
					if (T0->tpe[aa]
					&&  T0->tpe[aa]
					!=  T1->tpe[0])
						k = 1;
			}	}
			/* g = 0;	V3.3.1 */
			if (k)	/* non-uniform selection */
			for (T0 = T1; T0; T0 = T0->nxt)
			for (aa = 0; aa < 2; aa++)
			{	j = srinc_set(T0->tpe[aa]);
				if (j != LOCAL)
				{	k = srunc(T0->tpe[aa], j);
					for (h = 0; h < 6; h++)
						if (T1->qu[h] == k
						&&  T1->ty[h] == j)
							break;
					if (h >= 6)
					{	T1->qu[g%6] = k;
						T1->ty[g%6] = j;
						g++;
			}	}	}
			if (g > 6)
			{	T1->qu[0] = 0;	/* turn it off */
				printf("pan: warning, line %d, ",
					srcln[i]);
			 	printf("too many stmnt types (%d)",
					g);
			  	printf(" in selection\n");
			  goto degrade;
			}
		}
		/* mark all options global if >=1 is global */
		for (T1 = trans[n][i]; T1; T1 = T1->nxt)
			if (!(T1->atom&8)) break;
		if (T1)
degrade:	for (T1 = trans[n][i]; T1; T1 = T1->nxt)
			T1->atom &= ~8;	/* mark as unsafe */
		/* can only mix 'r's or 's's if on same chan */
		/* and not mixed with other local operations */
		T1 = trans[n][i];
		if (!T1 || T1->qu[0]) continue;
		j = T1->tpe[0];
		if (T1->nxt && T1->atom&8)
		{ if (j == 5*DELTA)
		  {	printf("warning: line %d ", srcln[i]);
			printf("mixed condition ");
			printf("(defeats reduction)\n");
			goto degrade;
		  }
		  for (T0 = T1; T0; T0 = T0->nxt)
		  for (aa = 0; aa < 2; aa++)
		  if  (T0->tpe[aa] && T0->tpe[aa] != j)
		  {	printf("warning: line %d ", srcln[i]);
			printf("[%d-%d] mixed %stion ",
				T0->tpe[aa], j, 
				(j==5*DELTA)?"condi":"selec");
			printf("(defeats reduction)\n");
			printf("	'%s' <-> '%s'\n",
				T1->tp, T0->tp);
			goto degrade;
		} }
	}
#endif
	for (i = 1; i < m; i++)
	{	T2 = trans[n][i];
		if (!T2
		||  T2->nxt
		||  strncmp(T2->tp, ".(goto)", 7)
		||  !stopstate[n][i])
			continue;
		stopstate[n][T2->st] = 1;
	}
	if (state_tables && !verbose)
	{	if (dodot)
		{	char buf[256], *q = buf, *p = procname[n];
			while (*p != '\0')
			{	if (*p != ':')
				{	*q++ = *p;
				}
				p++;
			}
			*q = '\0';
			printf("digraph ");
			switch (Btypes[n]) {
			case I_PROC:  printf("init {\n"); break;
			case N_CLAIM: printf("claim_%s {\n", buf); break;
			case E_TRACE: printf("notrace {\n"); break;
			case N_TRACE: printf("trace {\n"); break;
			default:      printf("p_%s {\n", buf); break;
			}
			printf("size=\"8,10\";\n");
			printf("  GT [shape=box,style=dotted,label=\"%s\"];\n", buf);
			printf("  GT -> S%d;\n", is);
		} else
		{	switch (Btypes[n]) {
			case I_PROC:  printf("init\n"); break;
			case N_CLAIM: printf("claim %s\n", procname[n]); break;
			case E_TRACE: printf("notrace assertion\n"); break;
			case N_TRACE: printf("trace assertion\n"); break;
			default:      printf("proctype %s\n", procname[n]); break;
		}	}
		for (i = 1; i < m; i++)
		{	reach[i] = 1;
		}
		tagtable(n, m, is, srcln, reach);
		if (dodot) printf("}\n");
	} else
	for (i = 1; i < m; i++)
	{	int nrelse;
		if (Btypes[n] != N_CLAIM)
		{	for (T0 = trans[n][i]; T0; T0 = T0->nxt)
			{	if (T0->st == i
				&& strcmp(T0->tp, "(1)") == 0)
				{	printf("error: proctype '%s' ",
						procname[n]);
		  			printf("line %d, state %d: has un",
						srcln[i], i);
					printf("conditional self-loop\n");
					pan_exit(1);
		}	}	}
		nrelse = 0;
		for (T0 = trans[n][i]; T0; T0 = T0->nxt)
		{	if (strcmp(T0->tp, "else") == 0)
				nrelse++;
		}
		if (nrelse > 1)
		{	printf("error: proctype '%s' state",
				procname[n]);
		  	printf(" %d, inherits %d", i, nrelse);
		  	printf(" 'else' stmnts\n");
			pan_exit(1);
	}	}
#if !defined(LOOPSTATE) && !defined(BFS_PAR)
	if (state_tables)
#endif
	do_dfs(n, m, is, srcln, reach, lpstate);

	if (!t_reverse)
	{	return;
	}
	/* process n, with m states, is=initial state -- reverse list */
	if (!state_tables && Btypes[n] != N_CLAIM)
	{	for (i = 1; i < m; i++)
		{	Trans *Tx = (Trans *) 0; /* list of escapes */
			Trans *Ty = (Trans *) 0; /* its tail element */
			T1 = (Trans *) 0; /* reversed list */
			T2 = (Trans *) 0; /* its tail */
			T3 = (Trans *) 0; /* remembers possible 'else' */

			/* find unless-escapes, they should go first */
			T4 = T5 = T0 = trans[n][i];
	#ifdef HAS_UNLESS
			while (T4 && T4->e_trans) /* escapes are first in orig list */
			{	T5 = T4;	  /* remember predecessor */
				T4 = T4->nxt;
			}
	#endif
			/* T4 points to first non-escape, T5 to its parent, T0 to original list */
			if (T4 != T0)		 /* there was at least one escape */
			{	T3 = T5->nxt;		 /* start of non-escapes */
				T5->nxt = (Trans *) 0;	 /* separate */
				Tx = T0;		 /* start of the escapes */
				Ty = T5;		 /* its tail */
				T0 = T3;		 /* the rest, to be reversed */
			}
			/* T0 points to first non-escape, Tx to the list of escapes, Ty to its tail */

			/* first tail-add non-escape transitions, reversed */
			T3 = (Trans *) 0;
			for (T5 = T0; T5; T5 = T4)
			{	T4 = T5->nxt;
	#ifdef HAS_UNLESS
				if (T5->e_trans)
				{	printf("error: cannot happen!\n");
					continue;
				}
	#endif
				if (strcmp(T5->tp, "else") == 0)
				{	T3 = T5;
					T5->nxt = (Trans *) 0;
				} else
				{	T5->nxt = T1;
					if (!T1) { T2 = T5; }
					T1 = T5;
			}	}
			/* T3 points to a possible else, which is removed from the list */
			/* T1 points to the reversed list so far (without escapes) */
			/* T2 points to the tail element -- where the else should go */
			if (T2 && T3)
			{	T2->nxt = T3;	/* add else */
			} else
			{	if (T3) /* there was an else, but there's no tail */
				{	if (!T1)	/* and no reversed list */
					{	T1 = T3; /* odd, but possible */
					} else		/* even stranger */
					{	T1->nxt = T3;
			}	}	}

			/* add in the escapes, to that they appear at the front */
			if (Tx && Ty) { Ty->nxt = T1; T1 = Tx; }

			trans[n][i] = T1;
			/* reversed, with escapes first and else last */
	}	}
	if (state_tables && verbose)
	{	printf("FINAL proctype %s\n", 
			procname[n]);
		for (i = 1; i < m; i++)
		for (T0 = trans[n][i]; T0; T0 = T0->nxt)
			crack(n, i, T0, srcln);
	}
}
void
imed(Trans *T, int v, int n, int j)	/* set intermediate state */
{	progstate[n][T->st] |= progstate[n][v];
	accpstate[n][T->st] |= accpstate[n][v];
	stopstate[n][T->st] |= stopstate[n][v];
	mapstate[n][j] = T->st;
}
void
tagtable(int n, int m, int is, short srcln[], uchar reach[])
{	Trans *z;

	if (is >= m || !trans[n][is]
	||  is <= 0 || reach[is] == 0)
		return;
	reach[is] = 0;
	if (state_tables)
	for (z = trans[n][is]; z; z = z->nxt)
	{	if (dodot)
			dot_crack(n, is, z);
		else
			crack(n, is, z, srcln);
	}

	for (z = trans[n][is]; z; z = z->nxt)
	{
#ifdef HAS_UNLESS
		int i, j;
#endif
		tagtable(n, m, z->st, srcln, reach);
#ifdef HAS_UNLESS
		for (i = 0; i < HAS_UNLESS; i++)
		{	j = trans[n][is]->escp[i];
			if (!j) break;
			tagtable(n, m, j, srcln, reach);
		}
#endif
	}
}

extern Trans *t_id_lkup[];

void
dfs_table(int n, int m, int is, short srcln[], uchar reach[], uchar lpstate[])
{	Trans *z;

	if (is >= m || is <= 0 || !trans[n][is])
		return;
	if ((reach[is] & (4|8|16)) != 0)
	{	if ((reach[is] & (8|16)) == 16)	/* on stack, not yet recorded */
		{	lpstate[is] = 1;
			reach[is] |= 8; /* recorded */
			if (state_tables && verbose)
			{	printf("state %d line %d is a loopstate\n", is, srcln[is]);
		}	}
		return;
	}
	reach[is] |= (4|16);	/* visited | onstack */
	for (z = trans[n][is]; z; z = z->nxt)
	{	t_id_lkup[z->t_id] = z;
#ifdef HAS_UNLESS
		int i, j;
#endif
		dfs_table(n, m, z->st, srcln, reach, lpstate);
#ifdef HAS_UNLESS
		for (i = 0; i < HAS_UNLESS; i++)
		{	j = trans[n][is]->escp[i];
			if (!j) break;
			dfs_table(n, m, j, srcln, reach, lpstate);
		}
#endif
	}
	reach[is] &= ~16; /* no longer on stack */
}
void
do_dfs(int n, int m, int is, short srcln[], uchar reach[], uchar lpstate[])
{	int i;
	dfs_table(n, m, is, srcln, reach, lpstate);
	for (i = 0; i < m; i++)
		reach[i] &= ~(4|8|16);
}
void
crack(int n, int j, Trans *z, short srcln[])
{	int i;

	if (!z) return;
	printf("	state %3d -(tr %3d)-> state %3d  ",
		j, z->forw, z->st);
	printf("[id %3d tp %3d", z->t_id, z->tpe[0]);
	if (z->tpe[1]) printf(",%d", z->tpe[1]);
#ifdef HAS_UNLESS
	if (z->e_trans)
		printf(" org %3d", z->e_trans);
	else if (state_tables >= 2)
	for (i = 0; i < HAS_UNLESS; i++)
	{	if (!z->escp[i]) break;
		printf(" esc %d", z->escp[i]);
	}
#endif
	printf("]");
	printf(" [%s%s%s%s%s] %s:%d => ",
		z->atom&6?"A":z->atom&32?"D":"-",
		accpstate[n][j]?"a" :"-",
		stopstate[n][j]?"e" : "-",
		progstate[n][j]?"p" : "-",
		z->atom & 8 ?"L":"G",
		PanSource, srcln[j]);
	for (i = 0; z->tp[i]; i++)
		if (z->tp[i] == '\n')
			printf("\\n");
		else
			putchar(z->tp[i]);
	if (verbose && z->qu[0])
	{	printf("\t[");
		for (i = 0; i < 6; i++)
			if (z->qu[i])
				printf("(%d,%d)",
				z->qu[i], z->ty[i]);
		printf("]");
	}
	printf("\n");
	fflush(stdout);
}
/* spin -a m.pml; cc -o pan pan.c; ./pan -D | dot -Tps > foo.ps; ps2pdf foo.ps */
void
dot_crack(int n, int j, Trans *z)
{	int i;

	if (!z) return;
	printf("	S%d -> S%d  [color=black", j, z->st);

	if (z->atom&6) printf(",style=dashed");
	else if (z->atom&32) printf(",style=dotted");
	else if (z->atom&8) printf(",style=solid");
	else printf(",style=bold");

	printf(",label=\"");
	for (i = 0; z->tp[i]; i++)
	{	if (z->tp[i] == '\\'
		&&  z->tp[i+1] == 'n')
		{	i++; printf(" ");
		} else
		{	putchar(z->tp[i]);
	}	}
	printf("\"];\n");
	if (accpstate[n][j]) printf("  S%d [color=red,style=bold];\n", j);
	else if (progstate[n][j]) printf("  S%d [color=green,style=bold];\n", j);
	if (stopstate[n][j]) printf("  S%d [color=blue,style=bold,shape=box];\n", j);
}

#ifdef VAR_RANGES
#define BYTESIZE	32	/* 2^8 : 2^3 = 256:8 = 32 */

typedef struct Vr_Ptr {
	char	*nm;
	uchar	vals[BYTESIZE];
	struct Vr_Ptr *nxt;
} Vr_Ptr;
Vr_Ptr *ranges = (Vr_Ptr *) 0;

void
logval(char *s, int v)
{	Vr_Ptr *tmp;

	if (v<0 || v > 255) return;
	for (tmp = ranges; tmp; tmp = tmp->nxt)
		if (!strcmp(tmp->nm, s))
			goto found;
	tmp = (Vr_Ptr *) emalloc(sizeof(Vr_Ptr));
	tmp->nxt = ranges;
	ranges = tmp;
	tmp->nm = s;
found:
	tmp->vals[(v)/8] |= 1<<((v)%8);
}

void
dumpval(uchar X[], int range)
{	int w, x, i, j = -1;

	for (w = i = 0; w < range; w++)
	for (x = 0; x < 8; x++, i++)
	{
from:		if ((X[w] & (1<<x)))
		{	printf("%d", i);
			j = i;
			goto upto;
	}	}
	return;
	for (w = 0; w < range; w++)
	for (x = 0; x < 8; x++, i++)
	{
upto:		if (!(X[w] & (1<<x)))
		{	if (i-1 == j)
				printf(", ");
			else
				printf("-%d, ", i-1);
			goto from;
	}	}
	if (j >= 0 && j != 255)
		printf("-255");
}

void
dumpranges(void)
{	Vr_Ptr *tmp;
	printf("\nValues assigned within ");
	printf("interval [0..255]:\n");
	for (tmp = ranges; tmp; tmp = tmp->nxt)
	{	printf("\t%s\t: ", tmp->nm);
		dumpval(tmp->vals, BYTESIZE);
		printf("\n");
	}
}
#endif
