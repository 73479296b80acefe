# The stages of the plugin: one function each. Arguments with a default are parameters.

# The folder of this script, wherever it is started from.
here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(c(gsub("~+~", " ", here, fixed = TRUE), "./x")[1]), "proeftuin.R"))

# A case that is still open stays unknown.
late <- stage("late", outputs = "cases",
  summary = "Flags cases that took longer than the norm.",
  help = c(cases = "One row per case, with the days that it took.", norm = "How many days a case may take."),
  function(cases, norm = 56L) {
    if (any(cases$days < 0, na.rm = TRUE))
      data_fault("column 'days' has a negative number", hint = "check the dates that it was made from")
    report_metric("open cases", sum(is.na(cases$days)))
    cases$late <- cases$days > norm
    cases
  })

run_stages()
