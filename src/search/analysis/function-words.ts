import { isStopTerm } from './stop-words.js';
import { termsOfWord } from './word-terms.js';

/**
 * Words of other languages that carry the grammar of a question, lower-cased. Chosen by hand: articles, pronouns,
 * prepositions, conjunctions, auxiliary verbs and the words that ask. What may be a subject in technical prose is left out.
 */
const FUNCTION_WORDS = {
  german:
    'aber alle allem allen aller alles als am an auch auf aus bei beim bin bis brauche da dafür damit dann das dass dein deine ' +
    'dem den denn der des dich die dies diese diesem diesen dieser dieses dir doch du durch ein eine einem einen einer ' +
    'eines er es etwas für gibt habe haben hat hier ich ihr ihre ihren im in ins ist jede jeden jeder kann kannst kein keine ' +
    'können könnte man mein meine meinem meinen meiner mich mir mit möchte muss müssen nach nicht noch nur ob oder ohne ' +
    'sein seine sich sie sind so soll sollte über um und uns unser unsere vom von vor wann warum was welche welchen welcher ' +
    'welches wenn wer werde werden wie will wir wird wo wofür womit wozu zu zum zur zwischen',
  french:
    "a ai à au aux avec avoir c'est ce ces cet cette chez comment d'un d'une dans de des dois doit dont du elle en entre est " +
    "est-ce et être faire fait faut il ils j'ai je l'on la le les leur leurs lorsque ma mais me mes moi mon ne nos notre " +
    "nous on ont ou où par pas peut peut-on peux plus pour pourquoi puis-je qu'est-ce qu'il qu'on qu'un qu'une quand que " +
    'quel quelle quelles quels qui quoi sa sans se ses si son sont sous sur ta te tes ton tu un une votre vos vous y',
  spanish:
    'a al algo ante como cómo con cual cuál cuáles cuando cuándo cuánto de debe debo del desde dónde donde el él ella en entre ' +
    'era es esa ese eso esta está están este esto estos estas fue ha hace hacer hay he la las le les lo los más me mi mis ' +
    'mucho muy necesito no nos nuestra nuestro o para pero por porque puede pueden puedo podemos que qué quién quiero se sea ' +
    'ser si sí sin sobre son su sus también tengo tiene todo todos tu tus un una uno unos y ya',
  portuguese:
    'a à ao aos as às até com como da das de dela dele deve devo do dos e é ela ele eles em entre era essa esse esta está ' +
    'este eu faço faz fazer foi há isso isto já lhe mais mas me meu meus minha minhas muito na não nas no nos nós nossa ' +
    'nosso num numa o onde os ou para pela pelo pelos podemos pode podem por porque posso preciso qual quais quando que ' +
    'quem quero são se sem ser seu seus sobre sua suas também te tem tenho um uma você vocês',
  italian:
    "a ad agli ai al alla alle allo anche c'è che chi ci come con così cos'è cosa da dagli dai dal dalla dalle de degli dei del della " +
    'delle dello deve devo di dove e è ed era essere fa faccio fare fra gli ha hanno ho i il in io la le lei lo loro lui ma ' +
    'mi mia mie miei mio ne nei nel nella nelle nello no noi non nostra nostro o per perché però più possiamo posso può ' +
    'qual quale quali quando quanto quella quello questa queste questi questo se sei senza si sono su sua sue sui sul sulla ' +
    'suo suoi tra tu tua tuo un una uno vi voglio voi',
  dutch:
    'aan al alle als bij dan dat de deze die dit doe door een en er ga geen heb hebben heeft het hier hij hoe iets ik in is ' +
    'je jij jouw kan kun kunnen maar me men met mij mijn moet moeten na naar niet nog nu of om ons ook onze op over te tegen ' +
    'toe tot tussen uit uw van veel voor waar waarmee waarom waarvoor wanneer wat we welk welke werd wie wij wil word worden ' +
    'wordt zal ze zich zijn zo zonder zou',
  polish:
    'a aby albo ale bez być był co czego czemu czy czym dla dlaczego do gdy gdzie go i ich ile im ja jak jaka jaki jakie jako ' +
    'jego jej jest jestem jeśli już kiedy kto która które który którego ma mam mi mnie mogę moich moja moje mojego mojej mój moim ' +
    'może można mu muszę na nad nie nich niż o od oraz po pod powinien przed przez przy są się swoje swój ta tak także tego tej ' +
    'ten to tu tylko tym w we według więc wszystkie wszystko z za że ze',
  russian:
    'а без бы был была были было быть в вам вас во вот все всё всех вы где для до его ее её ей если есть еще ещё же за зачем и ' +
    'из или им их к как какая какие какой какую ко когда кто куда ли между меня мне могу можно мой моего моей моём моем моему ' +
    'мою моя мы на над надо нам нас не него нет ни них но ну нужно о об он она они оно от по под почему при про с свой своего своей со ' +
    'так такое также там то того тоже той только том ты у уже чего чем что чтобы эта эти это этого этой этом этот я',
} as const;

/** Those that English prose, code, paths and the names of languages have too: alone they tell no language. */
const OF_MANY_KINDS =
  'a ad al also am an as at auf bei bin comment con da dai dal de del den der des die do dos du e ed el en er era es est et fa ' +
  'fait fin fra ha hat he her hier him i il im in ins io is it ja la las le les lo los ma man me men met mi mis mit mu na ne ' +
  'no nos nu o ob of om on ons op os ou over par per plus po pour sans se sea sei ses si so son sous su sur ta te ten to ' +
  'toe ton tot tu um un uns uw via vi vis vom von vor w was we will wie word y z ze zu';

const termsOf = (words: string): ReadonlySet<string> => new Set(words.split(' ').flatMap(termsOfWord));

const FUNCTION_TERMS: readonly ReadonlySet<string>[] = Object.values(FUNCTION_WORDS).map(termsOf);
const AMBIGUOUS_TERMS = termsOf(OF_MANY_KINDS);

/** Of `…ますか`, `…ですか`, `…のか`, `…たい`, `…ください` and of words that ask, two characters each, as they are indexed. */
const JAPANESE_ASKING: ReadonlySet<string> = new Set([
  'すか',
  'のか',
  'たい',
  'さい',
  'どう',
  'どこ',
  'どれ',
  'なぜ',
  'いつ',
]);

/** Words that a question has to have of a language, to be in it. */
const LEAST_WORDS = 2;

/**
 * The terms of a question that carry its grammar and say nothing of its subject, beside English stop words. In an index
 * of many languages they are rare, and would count for more than the subject.
 *
 * The language is the one of which the question has most: at least two, more than of English, and one that no other kind
 * of text has. Of languages that have as many, as Spanish and Portuguese may, the words of all are taken. German, French,
 * Spanish, Portuguese, Italian, Dutch, Polish and Russian are known. What stands in Hiragana alone is grammar
 * where a question in Japanese asks; headings and keywords have words of it.
 *
 * @param terms the distinct terms of the question
 */
export function functionTermsOf(terms: readonly string[]): ReadonlySet<string> {
  const english = terms.filter(isStopTerm).length;
  const least = Math.max(LEAST_WORDS, english + 1);
  const found = FUNCTION_TERMS.map((known) => terms.filter((term) => known.has(term)));
  const most = Math.max(least, ...found.map(({ length }) => length));
  const telling = found.filter((own) => own.length === most && own.some(isOfOneLanguage));
  return new Set([...telling.flat(), ...(terms.some(asksInJapanese) ? terms.filter(isHiragana) : [])]);
}

function asksInJapanese(term: string): boolean {
  return JAPANESE_ASKING.has(term);
}

function isHiragana(term: string): boolean {
  return /^\p{Script=Hiragana}+$/u.test(term);
}

function isOfOneLanguage(term: string): boolean {
  return !AMBIGUOUS_TERMS.has(term) && !isStopTerm(term);
}
