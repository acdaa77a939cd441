import { expect, test } from 'vitest';
import { stemEnglish } from '../../../dist/search/analysis/english-stemmer.js';

/** From the sample vocabulary and the notes at https://snowballstem.org/algorithms/english/stemmer.html */
const SNOWBALL_SAMPLE = `consign consign
consigned consign
consigning consign
consignment consign
consist consist
consisted consist
consistency consist
consistent consist
consistently consist
consisting consist
consists consist
consolation consol
consolations consol
consolatory consolatori
console consol
consoled consol
consoles consol
consolidate consolid
consolidated consolid
consolidating consolid
consoling consol
consolingly consol
consols consol
conspicuous conspicu
conspicuously conspicu
conspiracy conspiraci
conspirator conspir
conspirators conspir
conspire conspir
conspired conspir
conspiring conspir
constable constabl
constables constabl
constance constanc
constancy constanc
constant constant
knack knack
knackeries knackeri
knacks knack
knag knag
knave knave
knaves knave
knavish knavish
kneaded knead
kneading knead
knee knee
kneel kneel
kneeled kneel
kneeling kneel
kneels kneel
knees knee
knell knell
knelt knelt
knew knew
knick knick
knif knif
knife knife
knight knight
knightly knight
knights knight
knit knit
knits knit
knitted knit
knitting knit
knives knive
knob knob
knobs knob
knock knock
knocked knock
knocker knocker
knockers knocker
knocking knock
knocks knock
knopp knopp
knot knot
knots knot
skis ski
skies sky
dying die
lying lie
news news
inning inning
herring herring
succeed succeed
gas gas
gaps gap
kiwis kiwi
hopping hop
hoping hope
generate generat
generic generic
communism communism
internal internal
international internat
university universiti
organization organiz`;

test('the stems are those of Snowball', () => {
  for (const [word = '', stem] of SNOWBALL_SAMPLE.split('\n').map((line) => line.split(' '))) {
    expect(`${word} ${stemEnglish(word)}`).toBe(`${word} ${stem}`);
  }
});

test('forms of a short verb agree', () => {
  expect(['add', 'adds', 'added', 'adding'].map(stemEnglish)).toEqual(['add', 'add', 'add', 'add']);
});

test('a possessive and words of one or two letters are no trouble, and nor is a consonant y', () => {
  expect(["vue's", "'tis", 'js', 'a', 'say', 'cry', 'yes', 'yyyy'].map(stemEnglish)).toEqual([
    'vue',
    'tis',
    'js',
    'a',
    'say',
    'cri',
    'yes',
    'yyyi',
  ]);
});
