# SPDX-License-Identifier: EUPL-1.2

# The folder of this script, wherever it is started from.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(c(gsub("~+~", " ", here, fixed = TRUE), "./x")[1]), "proeftuin.R"))

# Ordinary least squares with classical standard errors.
#
#   b = (X'X)^-1 X'y;  V(b) = s^2 (X'X)^-1 with s^2 = e'e / (n - k);  b_j -+ t(1 - (1 - level)/2; n - k) se_j
#
# Rows with a missing value in any of the columns are left out and counted. The errors are taken to be equally
# spread and independent: where that is doubtful (cases of one official, amounts of money), use a robust method.
# Text and categories become 0/1 columns against their first value in alphabetical order.
ols <- stage("ols", inputs = "cases", outputs = "coefficients",
  summary = "Fits a linear model by ordinary least squares, with classical standard errors.",
  help = c(cases = "One row per case.", outcome = "The numeric column to explain.",
           predictors = "The columns that explain it.", level = "Confidence level of the intervals.",
           coefficients = "One row per coefficient."),
  function(cases, outcome, predictors, level = 0.95) {
    for (column in setdiff(c(outcome, predictors), names(cases)))
      user_fault(paste0("there is no column '", column, "'"),
                 parameter = if (column == outcome) "outcome" else "predictors",
                 hint = paste("columns:", paste(names(cases), collapse = ", ")))
    if (!is.numeric(cases[[outcome]]))
      user_fault(paste0("the outcome '", outcome, "' is not numeric"), parameter = "outcome")
    complete <- cases[stats::complete.cases(cases[c(outcome, predictors)]), , drop = FALSE]
    report_metric("left out", nrow(cases) - nrow(complete), unit = "cases", n = nrow(cases))
    for (column in predictors)
      if (length(unique(complete[[column]])) < 2)
        data_fault(paste0("'", column, "' has the same value in all complete cases"), parameter = "predictors",
                   hint = "leave it out")

    # A category's own order is that of first appearance, which would make the reference depend on the order of rows.
    for (column in Filter(function(name) is.character(complete[[name]]) || is.factor(complete[[name]]), predictors)) {
      values <- as.character(complete[[column]])
      complete[[column]] <- factor(values, sort(unique(values), method = "radix"))
    }

    quoted <- function(names) paste0("`", names, "`")
    formula <- stats::as.formula(paste(quoted(outcome), "~", paste(quoted(predictors), collapse = " + ")))
    model <- stats::lm(formula, complete)
    if (anyNA(stats::coef(model)))
      data_fault(paste0("the model has no unique solution: '", gsub("`", "", names(which(is.na(stats::coef(model)))))[1],
                        "' follows from the other columns"), parameter = "predictors", hint = "leave it out")
    if (stats::df.residual(model) < 1)
      data_fault(paste0(nrow(complete), " complete cases are too few for ", length(stats::coef(model)), " coefficients"))

    table <- stats::coef(summary(model))
    interval <- stats::confint(model, level = level)
    data.frame(
      term = gsub("`", "", rownames(table)), estimate = table[, 1], std_error = table[, 2], statistic = table[, 3],
      p_value = table[, 4], conf_low = interval[, 1], conf_high = interval[, 2], row.names = NULL)
  })

run_stages()
