/** Tokens as two public tokenizers count them, and texts of kinds that they count very differently. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Tiktoken } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';

const TOKENIZERS = [new Tiktoken(cl100k), new Tiktoken(o200k)];

/** How many tokens the tokenizer takes that takes more of them. */
export function realTokens(text: string): number {
  return Math.max(...TOKENIZERS.map((tokenizer) => tokenizer.encode(text, [], []).length));
}

/** A text of each kind, of up to a few thousand tokens. */
export const TEXT_OF_KIND: Readonly<Record<string, string>> = {
  english: projectFile('docs/guides/troubleshooting.md'),
  code: projectFile('src/search/segment/merge-segments.ts'),
  json: projectFile('package.json'),
  'base64 and hexadecimal': Array.from({ length: 40 }, (_, line) => digestLine(line)).join('\n'),
  'table of figures': Array.from(
    { length: 150 },
    (_, row) => `| ${row * 37} | ${row / 8} | ${row % 100}% | \`k${row}\` |\n`,
  ).join(''),
  'table, aligned': Array.from({ length: 150 }, (_, row) => `| item ${row}   |      |  x   |        |\n`).join(''),
  chinese:
    '每个写入者先写好自己的文件，再用一次重命名占用下一个编号；读取者从不加锁，总能看到一个完整的版本。如果别人先提交，变更会在更新的版本上重做。旧的版本会被回收，但被标记的版本会保留下来。服务器在任何客户端中都能在一分钟内启动。',
  japanese:
    '書き込み側は自分のファイルを書き終えてから、次の番号を名前の変更によって確保します。読み取り側はロックを使わず、常に完全な世代を見ます。他のプロセスが先にコミットした場合は、新しい世代の上で変更がやり直されます。',
  korean:
    '쓰는 쪽은 먼저 자신의 파일을 기록한 다음 이름을 바꾸어 다음 번호를 차지합니다. 읽는 쪽은 잠금을 쓰지 않으며 언제나 완전한 세대를 봅니다. 다른 프로세스가 먼저 커밋하면 변경은 더 새로운 세대 위에서 다시 이루어집니다.',
  russian:
    'Каждая запись создаёт новый каталог поколения, использует то, что не изменилось, и атомарно переключает указатель. Читатели ничего не блокируют и всегда видят одно целое поколение. Старые поколения удаляются.',
  german:
    'Jede Speicherung schreibt ein neues Verzeichnis, teilt das Unveränderte und schaltet den Zeiger in einem Schritt um. Leser sperren nichts und sehen immer eine vollständige Fassung; Änderungen, die bestätigt wurden, gehen nicht verloren.',
  greek:
    'Κάθε εγγραφή δημιουργεί έναν νέο κατάλογο, μοιράζεται ό,τι δεν άλλαξε και αλλάζει τον δείκτη με ένα βήμα. Οι αναγνώστες δεν κλειδώνουν τίποτα και βλέπουν πάντα μια πλήρη γενιά.',
  arabic:
    'كل عملية حفظ تكتب مجلدا جديدا وتشارك ما لم يتغير ثم تبدل المؤشر في خطوة واحدة. القراء لا يقفلون شيئا ويرون دائما جيلا كاملا واحدا.',
  hindi:
    'हर बार सहेजने पर एक नई निर्देशिका लिखी जाती है, जो नहीं बदला वह साझा रहता है और सूचक एक ही चरण में बदल जाता है। पाठक कुछ भी बंद नहीं करते।',
  'spaces and tabs, mixed': Array.from({ length: 40 }, (_, row) => `x${' \t'.repeat(20)}\t  y ${row}\n`).join(''),
  'spaces of other widths': Array.from({ length: 40 }, () => 'to\u2003\u2009\u202f\u2028\u2029pay\u00a0').join(''),
  'lines of boxes': '┌──────┬──────┐\n│ ab   │ cd   │\n╞══════╪══════╡\n│ 1    │ ▓▒░  │\n└──────┴──────┘\n'.repeat(8),
  'plots in Braille': '⡇⠀⠀⣀⡠⠤⠒⠊⠉⠀⢸⣿⣷⡄\n'.repeat(20),
  'arrows and mathematics': '∀x ∈ ℝ: ∃δ ⇒ ⌈x⌉ ⊆ ⟨a, b⟩ ∧ x² ≤ ∑ᵢ ⇔ ∂f ↦ ⊕. '.repeat(8),
  'private icons': '\ue0b0 \uf115 ~/src \ue0a0 main \uf00c\n'.repeat(20),
  'rare Han': '㐀㐬㒼㓁㔾䒑䖝䜌𠀋𠮟𡈽𡌛𡑮'.repeat(8),
  'accents apart': 'Příliš žluťoučký kůň úpěl ďábelské ódy. '.normalize('NFD').repeat(8),
  phonetics: 'ˈfəʊnətɪk ˌtrænˈskrɪpʃən ɹɪˈzɜːtʃ ðɪs ʃəʊz ŋ ʒ θ ɑː. '.repeat(8),
  emoji: 'Done 🎉 and shipped 🚀 — next ✅ then 🐛 fixed 🔧 with 👩‍💻 and 🤖.',
};

function digestLine(line: number): string {
  const digest = createHash('sha512').update(String(line)).digest();
  return `${digest.toString('base64')} ${digest.toString('hex')}`;
}

function projectFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}
