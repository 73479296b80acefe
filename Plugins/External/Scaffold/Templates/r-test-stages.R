# Run with: Rscript test-stages.R (or testthat::test_file("test-stages.R")).

source("stages.R")

cases <- data.frame(case = c("A", "B", "C"), days = c(56, 57, NA))
flagged <- late(cases, norm = 56L)
stopifnot(
  "a case is late above the norm, and an open case is unknown" = identical(flagged$late, c(FALSE, TRUE, NA)),
  "the other columns stay" = identical(flagged$case, cases$case),
  "negative days are refused" = inherits(try(late(data.frame(days = -1)), silent = TRUE), "try-error"))
cat("3 tests passed\n")
