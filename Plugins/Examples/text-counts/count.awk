# SPDX-License-Identifier: EUPL-1.2
#
# Counts the rows of a CSV by the values of one column: awk -f count.awk COLUMN CASES COUNTS
# Plain POSIX awk. Values may be quoted and hold commas; a value that goes over several lines is refused.

BEGIN {
  column = ARGV[1]; output = ARGV[3]
  ARGV[1] = ""; ARGV[3] = ""
}

{ sub(/\r$/, "") }

# The header: where is the column?
NR == 1 {
  n = cut($0)
  for (i = 1; i <= n; i++) if (bare(cells[i]) == column) place = i
  if (!place) {
    print "there is no column '" column "'" > "/dev/stderr"
    failed = 1
    exit 1
  }
  next
}

$0 != "" {
  if (cut($0) < place) {
    print "line " NR " has too few values" > "/dev/stderr"
    failed = 1
    exit 1
  }
  value = cells[place]
  if (!(value in count)) order[++kinds] = value
  count[value]++
}

END {
  if (failed) exit 1
  print "value,count" > output
  # In order of first appearance: 'for (value in count)' has another order in every awk.
  for (i = 1; i <= kinds; i++) print order[i] "," count[order[i]] > output
}

# Cuts a line at the commas that stand outside quotation marks; cells keep their quotation marks.
function cut(line,    n, i, sign, inside, cell) {
  n = 0; cell = ""; inside = 0
  for (i = 1; i <= length(line); i++) {
    sign = substr(line, i, 1)
    if (sign == "\"") inside = !inside
    if (sign == "," && !inside) { cells[++n] = cell; cell = "" } else cell = cell sign
  }
  cells[++n] = cell
  return inside ? 0 : n
}

function bare(cell) {
  if (cell ~ /^".*"$/) { cell = substr(cell, 2, length(cell) - 2); gsub(/""/, "\"", cell) }
  return cell
}
