# awk -f late.awk NORM INPUT OUTPUT: keeps the header and the rows whose last field is above NORM.
# A row whose last field is empty, of a case that is still open, is left out.
BEGIN {
  FS = ","
  norm = ARGV[1]
  output = ARGV[3]
  ARGV[1] = ""
  ARGV[3] = ""
}
FNR == 1 || ($NF != "" && $NF + 0 > norm + 0) { print > output }
