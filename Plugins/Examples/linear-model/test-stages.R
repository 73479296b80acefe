# SPDX-License-Identifier: EUPL-1.2
#
# A stage is its function: a test sources the stages, which runs nothing, and calls it.
# Run with `Rscript test-stages.R`; the status is not 0 where a test fails.

source("stages.R")

# Longley's data (1967), a hard case: NIST's certified values, StRD Longley, coefficients of GNP and Year.
fit <- ols(longley, "Employed", c("GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"))
certified <- c(GNP = -0.0358191792925910, Year = 1.82915146461355)
stopifnot(all.equal(fit$estimate[match(names(certified), fit$term)], unname(certified), tolerance = 1e-8))

# Student's line through four points by hand: slope 0.6, s^2 = 0.2 / 2, sum of squares of x = 5.
line <- ols(data.frame(x = 1:4, y = c(1, 2, 2, 3)), "y", "x", level = 0.9)
slope <- line[line$term == "x", ]
stopifnot(all.equal(slope$estimate, 0.6),
          all.equal(slope$std_error, sqrt(0.2 / 2 / 5)),
          all.equal(slope$conf_high, 0.6 + qt(0.95, 2) * slope$std_error))

# Missing values are left out and counted.
gaps <- ols(data.frame(x = c(1:4, 9), y = c(1, 2, 2, 3, NA)), "y", "x")
stopifnot(all.equal(gaps$estimate, line$estimate), said_by_hand()[[length(said_by_hand())]]$value == 1)

# The reference of a category is its first value in alphabetical order, whatever comes first.
kinds <- data.frame(kind = factor(c("web", "desk", "web", "desk"), c("web", "desk")), y = c(1, 3, 1.5, 4))
stopifnot(identical(ols(kinds, "y", "kind")$term, c("(Intercept)", "kindweb")))

# Faults name columns, and no values.
fault <- function(expression) tryCatch({ expression; "none" }, error = function(error) conditionMessage(error))
cases <- data.frame(x = 1:4, twice = 2 * (1:4), y = c(1, 2, 2, 3), same = "web")
stopifnot(fault(ols(cases, "days", "x")) == "there is no column 'days'",
          fault(ols(cases, "y", c("x", "twice"))) == "the model has no unique solution: 'twice' follows from the other columns",
          fault(ols(cases, "y", "same")) == "'same' has the same value in all complete cases",
          fault(ols(cases, "same", "x")) == "the outcome 'same' is not numeric")

cat("all tests passed\n")
