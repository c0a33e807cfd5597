import type { Vector } from "./go-vectors.ts";

/** Of regular expressions. */
export const regexes: readonly Vector[] = [
  [
    '{{ regexMatch "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\\\.[A-Za-z]{2,}$" .Subject.Attributes.email }}',
    "true",
  ],
  ['{{ mustRegexMatch "b" "abc" }}{{ regexMatch "^b" "abc" }}', "truefalse"],
  [
    '{{ regexFind "[a-z][1-9]" "abcd1234" }}|{{ regexFind "x" "abc" }}|{{ mustRegexFind "@(.*)$" "a@b" }}',
    "d1||@b",
  ],
  [
    '{{ regexFindAll "[2,4,6,8]" "123456789" -1 }}{{ regexFindAll "[2,4,6,8]" "123456789" 2 }}{{ regexFindAll "a" "aaa" 0 }}{{ regexFindAll "x" "abc" -1 }}',
    "[2 4 6 8][2 4][][]",
  ],
  ['{{ regexFindAll "b*" "abcb" -1 | join "|" }}', "|b|b"],
  ['{{ regexReplaceAll "b*" "abcb" "<$0>" }}', "<>a<b>c<b>"],
  [
    `{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "\${1}W" }}|{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W" }}`,
    "-W-xxW-|---",
  ],
  [
    `{{ regexReplaceAll "(?P<user>[^@]+)@(?P<host>.+)" "ann@example.com" "\${host}:\${user}$$" }}`,
    "example.com:ann$",
  ],
  ['{{ regexReplaceAll "(a)(b)?" "ac" "[$2$1$3$01]" }}', "[a]c"],
  [
    `{{ regexReplaceAll "a" "aXa" "$" }}|{{ regexReplaceAll "a" "aXa" "\${" }}|{{ regexReplaceAll "a" "aXa" "\${1" }}`,
    `$X$|\${X\${|\${1X\${1`,
  ],
  [`{{ regexReplaceAllLiteral "a(x*)b" "-ab-axxb-" "\${1}" }}`, `-\${1}-\${1}-`],
  [
    '{{ .Subject.Attributes.email | regexReplaceAllLiteral "a" "banana" }}',
    "balice@example.comnalice@example.comnalice@example.com",
  ],
  [
    '{{ regexSplit "z+" "pizza" -1 }}{{ regexSplit "z+" "pizza" 1 }}{{ regexSplit "z+" "pizza" 0 }}{{ regexSplit "" "abc" -1 }}{{ regexSplit "x" "" -1 | len }}{{ regexSplit "," "a,b,c,d" 3 }}{{ regexSplit "a*" "baac" -1 | join "|" }}',
    "[pi a][pizza][][a b c]1[a b c,d]b|c",
  ],
  ['{{ regexFindAll "(?m)^.*$" "a\\nb\\r\\nc" -1 | join "|" }}', "a|b\r|c"],
  [
    '{{ regexFindAll "(?s)a.b" "a\\nb" -1 | len }}{{ regexFindAll "a.b" "a\\rb a\\nb" -1 | len }}',
    "11",
  ],
  ['{{ regexReplaceAll "\\\\s" "a b\\u00a0c\\vd\\te" "_" }}', "a_b c\u000bd_e"],
  ['{{ regexFind "(?i)straße|k" "\\u212a" }}|{{ regexFind "(?i)\\\\bü" "xÜ Ü" }}', "K|Ü"],
  [
    '{{ regexFind "[[:alpha:]]+" "12ab3é" }}|{{ regexFind "[^[:space:]a]+" "a bc" }}|{{ regexFind "\\\\pL+" "1éa" }}|{{ regexFind "\\\\p{Greek}+" "abγδ" }}|{{ regexFind "[]a]+" "x]a]" }}|{{ regexFind "\\\\Qa.b\\\\E+" "a.bb" }}|{{ regexFind "\\\\x{e9}" "é" }}|{{ regexFind "a{,2}" "a{,2}" }}|{{ regexFind "[\\\\-.]" "a-" }}',
    "ab|bc|éa|γδ|]a]|a.bb|é|a{,2}|-",
  ],
  [
    '{{ regexFind "a|ab" "ab" }}|{{ regexFind "(?:a|ab)(?:c|bcd)" "abcd" }}|{{ regexFind "a+?" "aaa" }}|{{ regexFind "a(?i)b|c" "C" }}|{{ regexFind "(?i:a)b" "Ab" }}|{{ regexFind "\\\\bé" "aé" }}|{{ regexFind "\\\\Aa\\\\z" "a" }}',
    "a|abcd|a|C|Ab|é|a",
  ],
];
