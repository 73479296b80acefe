# SPDX-License-Identifier: EUPL-1.2
#
# How long are the sentences and the words of a letter? awk -f words.awk LETTER LENGTHS
# Plain POSIX awk. A sentence ends in '.', '!', '?' or ':', or at an empty line.

BEGIN {
  output = ARGV[2]
  ARGV[2] = ""
}

$0 ~ /^[ \t\r]*$/ { end_sentence() }

{
  for (i = 1; i <= NF; i++) {
    word = $i
    ends = word ~ /[.!?:]["')]*$/
    gsub(/[.,;:!?"'()]/, "", word)
    if (word != "") {
      words++
      length_of_sentence++
      if (length(word) > 12) long_words++
    }
    if (ends) end_sentence()
  }
}

END {
  end_sentence()
  print "measure,value" > output
  print "sentences," sentences + 0 > output
  print "words," words + 0 > output
  print "words of more than 12 letters," long_words + 0 > output
  print "words in the longest sentence," longest + 0 > output
  printf "words a sentence,%.1f\n", (sentences ? words / sentences : 0) > output
}

function end_sentence() {
  if (length_of_sentence) sentences++
  if (length_of_sentence > longest) longest = length_of_sentence
  length_of_sentence = 0
}
