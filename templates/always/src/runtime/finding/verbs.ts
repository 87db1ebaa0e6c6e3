/** What people say for what a method does. */
import { stemOf } from "./words.js";

/** How well a method fits what a verb means, 0 to 1, by method. */
export type Intent = ReadonlyMap<string, number>;

/** Verbs in groups: a verb of several groups may mean either. */
const said: readonly (readonly [
  verbs: string,
  intent: { readonly [method: string]: number },
])[] = [
  [
    `get fetch read retrieve show view see display look find list search query browse check inspect download tell give
access obtain monitor track analyze analyse compare review explore count who what which where when how load export lookup
enumerate describe return identify discover evaluate examine determine know watch print recommend suggest predict collect
gather extract summarize summarise peek`,
    { GET: 1, QUERY: 1, POST: 0.4, HEAD: 0.3 },
  ],
  [
    `create make add new open start begin register submit post publish upload send invite insert generate issue request
schedule book place launch provision report file record import build write sign subscribe apply log initiate draft compose
trigger run execute provide order buy purchase pay copy clone fork deploy install restore connect attach charge refund
rent hire ask call message email reply comment upload restart reboot reset reserve answer respond mention duplicate
sell trade deposit redeem claim capture settle authorize authorise authenticate login logout boost broadcast announce emit
take chat talk`,
    { POST: 1, PUT: 0.6, PATCH: 0.2 },
  ],
  [
    `update edit change modify set rename adjust configure correct replace mark move assign put revise customize alter
switch convert turn resolve reopen manage extend resize scale upgrade downgrade increase decrease raise lower
promote demote toggle swap arrange reorder unarchive unmute unhide unsuspend`,
    { PATCH: 1, PUT: 1, POST: 0.6 },
  ],
  [
    `merge accept transfer share tag label vote rate rotate sync synchronize refresh renew retry verify validate test scan
translate calculate estimate simulate process parse`,
    { POST: 1, PUT: 1, PATCH: 0.6, GET: 0.5 },
  ],
  [
    `bind enable activate follow star like lock pin save add grant allow subscribe approve join block link attach ban react
protect prevent`,
    { PUT: 1, POST: 1, PATCH: 0.6 },
  ],
  [`append prepend`, { POST: 1, PUT: 0.5 }],
  [
    `close archive hide mute pause resume skip stop freeze suspend finish complete`,
    { PATCH: 1, PUT: 1, POST: 0.7, DELETE: 0.5 },
  ],
  [
    `delete remove cancel clear erase unfollow unstar unlike unlock unpin disable deactivate revoke destroy drop terminate
discard uninstall unassign detach unsubscribe unblock unlink purge leave dismiss kick ban unban wipe empty end withdraw
reject deny decline stop kill prune abort disconnect forget void strip expel evict`,
    { DELETE: 1, POST: 0.6, PUT: 0.4, PATCH: 0.4 },
  ],
];

/** Verbs that an operation of any kind may have: they tell little of what it is about. */
const generalVerbs = new Set(
  `get fetch read retrieve show view see display look find list search query browse check create make add new update edit
change modify set delete remove give tell access obtain use return load submit provide manage put describe identify`
    .split(/\s+/)
    .map(stemOf),
);

const intents: ReadonlyMap<string, Intent> = gathered();

function gathered(): ReadonlyMap<string, Intent> {
  const all = new Map<string, Map<string, number>>();
  for (const [verbs, intent] of said) {
    for (const stem of verbs.split(/\s+/).map(stemOf)) {
      const own = all.get(stem) ?? new Map<string, number>();
      all.set(stem, own);
      for (const [method, fit] of Object.entries(intent))
        own.set(method, Math.max(fit, own.get(method) ?? 0));
    }
  }
  return all;
}

/** What a verb asks for; `undefined` for a word that is no verb of the table. */
export function intentOf(stem: string): Intent | undefined {
  return intents.get(stem);
}

/** Whether a verb says nothing of what it is done to. */
export function isGeneralVerb(stem: string): boolean {
  return generalVerbs.has(stem);
}

/** What is meant where no verb is said, as in "logs of a container": to see it, most of the time. */
export const seeing: Intent = new Map([
  ["GET", 1],
  ["QUERY", 1],
  ["HEAD", 0.5],
  ["POST", 0.4],
  ["PUT", 0.4],
  ["PATCH", 0.4],
  ["DELETE", 0.4],
]);

/** Words that stand for anything: they say little of which operation is meant. */
const vagueWords = new Set(
  `information info detail details data content value thing everything one two three first second third last existing
current new open list lists show showing way`
    .split(/\s+/)
    .map(stemOf),
);

/** Whether a word stands for anything. */
export function isVague(stem: string): boolean {
  return vagueWords.has(stem);
}

/** Stems of what whoever calls may be named. */
export const callerStems: readonly string[] =
  "user account member profile person".split(" ").map(stemOf);
