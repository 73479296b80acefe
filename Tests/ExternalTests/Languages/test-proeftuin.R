# SPDX-License-Identifier: EUPL-1.2
#
# Tests of proeftuin.R: each starts a program as the runner would, and looks at what it wrote. One line a test; the
# status is not 0 where one fails. Run with `Rscript test-proeftuin.R`. Base R only.

here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
here <- normalizePath(dirname(c(gsub("~+~", " ", here, fixed = TRUE), "./x")[1]))
proeftuin <- normalizePath(file.path(here, "..", "..", "..", "Plugins", "External", "Languages", "proeftuin.R"))
source(proeftuin)
json <- .proeftuin$parse_json

failed <- 0
test <- function(name, body) {
  fault <- tryCatch({ force(body); NULL }, error = conditionMessage)
  cat(if (is.null(fault)) "ok    " else "FAILED", name, "\n")
  if (!is.null(fault)) {
    cat("      ", fault, "\n", sep = "")
    failed <<- failed + 1
  }
}
same <- function(found, expected)
  if (!identical(found, expected))
    stop("found    ", paste(deparse(found), collapse = " "), "\n       expected ", paste(deparse(expected), collapse = " "))

cases <- paste0("case,income,costs,since,seen,open,district\n",
  "007,1200,300.5,2024-02-29,2026-11-25T21:00:00Z,true,North\n",
  "008,,10,2025-01-01,2026-11-25T21:00:00.250000Z,,\"\"\n",
  "009,9000000000,,,,false,\"a \"\"quoted\"\", name\nwith \u00e9\"\n")
types <- list(case = "text", income = "integer", costs = "number", since = "date", seen = "timestamp", open = "boolean",
              district = "text")

write_bytes <- function(text, path) writeBin(charToRaw(enc2utf8(text)), path)
read_all <- function(path) {
  text <- rawToChar(readBin(path, "raw", file.size(path)))
  Encoding(text) <- "UTF-8"
  text
}

# An attempt folder with a program in it.
attempt <- function(source, stage = "flag", content = cases, columns = types, ..., inputs = NULL, outputs = NULL, name = "flag") {
  folder <- tempfile("attempt")
  for (part in c("inputs", "outputs", "work/tmp")) dir.create(file.path(folder, part), recursive = TRUE)
  write_bytes(content, file.path(folder, "inputs", "cases.csv"))
  writeLines(c(paste0("source(\"", proeftuin, "\")"), source, "run_stages()"), file.path(folder, "stages.R"))
  if (is.null(inputs))
    inputs <- list(cases = list(kind = "table", path = file.path(folder, "inputs", "cases.csv"), format = "csv", columns = columns))
  if (is.null(outputs))
    outputs <- list(cases = list(kind = "table", path = file.path(folder, "outputs", "cases.csv"), format = "csv",
                                 required = TRUE, columns = columns))
  outputs <- lapply(outputs, function(port) { port$path <- file.path(folder, "outputs", basename(port$path)); port })
  context <- utils::modifyList(list(protocol = 1, stage = stage, parameters = stats::setNames(list(), character()),
                                    work = file.path(folder, "work"), inputs = inputs, outputs = outputs), list(...))
  write_bytes(.proeftuin$to_json(context), file.path(folder, "context.json"))
  folder
}

run <- function(folder, variables = character()) {
  status <- suppressWarnings(system2("Rscript", file.path(folder, "stages.R"), stdout = file.path(folder, "stdout.log"),
    stderr = file.path(folder, "stderr.log"),
    env = c(paste0("PROEFTUIN_CONTEXT=", folder, "/context.json"), paste0("PROEFTUIN_MESSAGES=", folder, "/messages.jsonl"), variables)))
  messages <- lapply(readLines(file.path(folder, "messages.jsonl"), encoding = "UTF-8"), json)
  list(status = status, messages = messages, fault = messages[[length(messages)]]$error,
       stderr = paste(readLines(file.path(folder, "stderr.log"), warn = FALSE), collapse = "\n"),
       text = function(name = "cases.csv") read_all(file.path(folder, "outputs", name)))
}

pass_on <- 'stage("flag", function(cases) cases)'

# Tables ------------------------------------------------------------------------------------------------------

test("a table comes out as it went in, with all types and gaps", {
  done <- run(attempt(pass_on))
  same(done$status, 0L)
  same(done$text(), cases)
})
test("types are R's own", {
  path <- tempfile(fileext = ".csv")
  write_bytes(cases, path)
  table <- .proeftuin$read_csv(path, utils::modifyList(types, list(district = "category")))
  same(table$case, c("007", "008", "009"))
  same(table$income, c(1200, NA, 9e9))
  same(table$since, as.Date(c("2024-02-29", "2025-01-01", NA)))
  same(as.numeric(table$seen[1]), 1795640400)
  same(table$open, c(TRUE, NA, FALSE))
  same(class(table$district), "factor")
})
test("types are inferred as narrow as they come back", {
  inferred <- .proeftuin$inferred
  same(inferred(c("007", "1")), "text")
  same(inferred(c("1", NA)), "integer")
  same(inferred(c("1", "2.5")), "number")
  same(inferred("true"), "boolean")
  same(inferred("2024-02-29"), "date")
  same(inferred("2023-02-29"), "text")
  same(inferred("2024-01-01T10:00:00Z"), "timestamp")
})
test("every small text comes back", {
  alphabet <- c(NA, "", "a", "\"", ",", "\n", "\",", "\"\n\"", "\u00e9", "\001")
  table <- expand.grid(x = alphabet, y = alphabet, z = alphabet, stringsAsFactors = FALSE)
  attributes(table)$out.attrs <- NULL
  path <- tempfile(fileext = ".csv")
  .proeftuin$write_csv(table, path)
  same(.proeftuin$read_csv(path, list(x = "text", y = "text", z = "text")), table)
})
test("a table without rows keeps its columns", same(run(attempt(pass_on, content = "case,income\n"))$text(), "case,income\n"))
test("a missing value alone on its line stays a row",
  same(run(attempt(pass_on, content = "income\n1\n\"\"\n3\n"))$text(), "income\n1\n\"\"\n3\n"))
test("lines may end in returns and the file may begin with a mark",
  same(run(attempt(pass_on, content = "\ufeffa,b\r\nx,1\r\ny,2", columns = NULL))$text(), "a,b\nx,1\ny,2\n"))
test("numbers come back to the last digit", {
  values <- c(0.1, 1/3, 1e300, 123456789012, -2^52, 1e-7, 100000)
  same(as.numeric(.proeftuin$numerals(values)), values)
  same(.proeftuin$numerals(c(1e5, 0.1, -0)), c("100000", "0.1", "0"))
})
test("a declared number that is none names column and row but not the value", {
  fault <- run(attempt(pass_on, content = "case,income\na,1\nb,Jansen\n"))$fault
  same(fault$kind, "data")
  same(fault$message, "column 'income' has something that is not a whole number, in row 2")
})
test("whole numbers beyond 2^53 are a fault, and not rounded", {
  fault <- run(attempt(pass_on, content = "case,income\na,9007199254740993\n"))$fault
  same(fault, list(kind = "data", message = "column 'income' has whole numbers beyond 2^53, which R cannot hold",
                   hint = "declare it as text"))
  same(run(attempt(pass_on, content = "case,income\na,-9007199254740992\n"))$text(), "case,income\na,-9007199254740992\n")
  same(run(attempt('stage("flag", function(cases) { cases$income <- 1e17; cases })'))$fault$hint, "declare it as text")
  same(.proeftuin$inferred("9007199254740993"), "text")
  same(.proeftuin$inferred("9007199254740991"), "integer")
})
test("a table with neither rows nor columns gets those that are declared",
  same(run(attempt('stage("flag", function(cases) data.frame())'))$text(), "case,income,costs,since,seen,open,district\n"))
test("a torn file names the line",
  same(run(attempt(pass_on, content = "a,b\n1,2\n3\n"))$fault$message, "'cases.csv' has 1 values in line 3, and 2 columns"))
test("a text that is not UTF-8 is a fault of the data", {
  folder <- attempt(pass_on)
  writeBin(as.raw(c(0x61, 0x0a, 0xe9, 0x0a)), file.path(folder, "inputs", "cases.csv"))
  same(run(folder)$fault$message, "'cases.csv' is not UTF-8 text")
})
test("a column that a table cannot hold is named",
  same(run(attempt('stage("flag", function(cases) { cases$gap <- cases$since - as.Date("2024-01-01"); cases })'))$fault$message,
       "column 'gap' is of class difftime, which a table of Proeftuin cannot hold"))
if (!requireNamespace("arrow", quietly = TRUE)) {
  test("Arrow without its package says what to do", {
    folder <- attempt(pass_on, inputs = list(cases = list(kind = "table", path = "none.arrow", format = "arrow")))
    fault <- run(folder)$fault
    same(fault$kind, "user")
    same(fault$hint, "install arrow, or write 'format: csv' at the stage in plugin.yaml")
  })
} else {
  test("tables pass through Arrow", {
    path <- tempfile(fileext = ".arrow")
    table <- data.frame(case = c("007", NA), n = c(1L, NA), x = c(0.5, NA), day = as.Date(c("2024-02-29", NA)),
                        open = c(TRUE, NA), kind = factor(c("b", NA)))
    .proeftuin$write_table(table, path, "arrow", list(), "cases")
    same(.proeftuin$read_table(path, "arrow"), table)
  })
}

# JSON --------------------------------------------------------------------------------------------------------

test("JSON is read and written", {
  same(json('{"a": [1, -2.5e3, "x\\u00e9\\ud83d\\ude00\\n\\"q\\\\"], "b": null, "c": {"d": true}, "e": [], "n": 9007199254740992}'),
       list(a = list(1, -2500, "x\u00e9\U1F600\n\"q\\"), b = NULL, c = list(d = TRUE), e = list(), n = 9007199254740992))
  for (text in c("{\"a\":1,}", "[1 2]", "{\"a\" 1}", "01", "\"abc", "", "{} {}", "nul", "-"))
    same(tryCatch({ json(text); "read" }, json_error = function(error) "refused"), "refused")
  value <- list(type = "x", text = "a\"b\\c\n\u0001\u00e9", none = NULL, many = list(1, "b"), deep = list(list(x = 1.5)), big = 4294967296)
  same(json(.proeftuin$to_json(value)), value)
  same(.proeftuin$to_json(list(a = c(1, NA), d = as.Date("2024-02-29"), t = data.frame(x = 1:2))),
       '{"a": [1, null], "d": "2024-02-29", "t": [{"x": 1}, {"x": 2}]}')
})

# Faults ------------------------------------------------------------------------------------------------------

test("each kind of fault is said with its parameter and hint", {
  for (kind in c("data", "user", "transient")) {
    done <- run(attempt(sprintf('stage("flag", function(cases) %s_fault("it cannot be", parameter = "level", hint = "try less"))', kind)))
    same(done$status, 1L)
    same(done$messages[[1]]$type, "opened")
    same(done$fault, list(kind = kind, message = "it cannot be", parameter = "level", hint = "try less"))
  }
})
test("an unexpected error says class and function, and holds no value", {
  done <- run(attempt('stage("flag", function(cases) { weigh <- function(x) stop("income of ", x[1]); weigh(cases$district) })'))
  same(done$status, 1L)
  same(done$fault$kind, "bug")
  same(done$fault$message, "simpleError in weigh(), stages.R line 2")
  stopifnot(grepl("income of North", done$stderr, fixed = TRUE))
  same(grepl("North", paste(unlist(done$messages), collapse = " ")), FALSE)
})
test("an error of base R names the stage, not its data", {
  message <- run(attempt('stage("flag", function(cases) cases$district + 1)'))$fault$message
  stopifnot(grepl("^simpleError in ", message), !grepl("North|1200", message))
})
test("an unknown protocol names both versions", {
  done <- run(attempt(pass_on, protocol = 2))
  same(done$status, 1L)
  same(vapply(done$messages, function(one) one$type, ""), "closed")
  same(done$fault$message, "this plugin speaks version 1 of the protocol, and was asked in version 2")
})
test("a stage that the program lacks is named with those it has",
  same(run(attempt(pass_on, stage = "flags"))$fault$message,
       "the program has no stage 'flags', which plugin.yaml lists; it has 'flag'"))
test("a parameter that the function lacks is named",
  same(run(attempt(pass_on, parameters = list(limit = 1)))$fault$message,
       "plugin.yaml declares 'limit', which the function of stage 'flag' does not take; it takes 'cases'"))
test("a required output that is NULL is named", {
  fault <- run(attempt('stage("flag", function(cases) NULL)'))$fault
  same(fault$message, "flag() returned nothing for the output 'cases'")
  same(fault$hint, "is there a 'return', or a last line that is the result?")
})
test("an unexpected error names the line of the script, also of a helper and behind comments", {
  source <- c("# a comment", "", "weigh <- function(x) {", "  # another", "  if (length(x)) {", "    stop('North')", "  }", "}", "",
              'stage("flag",', "  function(cases) {", "    x <- weigh(cases$district)", "    cases", "  })")
  same(run(attempt(source))$fault$message, "simpleError in weigh(), stages.R line 7")
})
test("names that are not there are told where the script spells them", {
  told <- function(line) run(attempt(c('stage("flag", function(cases) {', line, "})")))$fault$message
  same(told("incme + 1"), "object 'incme' not found in flag(), stages.R line 3")
  same(told("fitt(cases)"), "could not find function 'fitt' in stages.R line 3")
  same(told("get(cases$district[1])"), "simpleError in get(), stages.R line 3")
})
test("a package that is not there is named with what to do, within a stage and at the top", {
  for (source in c('stage("flag", function(cases) { library(nosuchpackage); cases })',
                   'stage("flag", function(cases) nosuchpackage::f(cases))', 'library(nosuchpackage)')) {
    done <- run(attempt(source))
    same(done$status, 1L)
    same(sub(" in .*", "", done$fault$message), "there is no package 'nosuchpackage'")
    stopifnot(grepl("^install 'nosuchpackage' into .*'readable:' and has 'environment: \\[R_LIBS_USER\\]'$", done$fault$hint))
  }
})
test("an error at the top of the script is told without its message", {
  done <- run(attempt("stop('North')"))
  same(done$fault$message, "an error at the top of the script, outside any stage")
  same(length(done$messages), 1L)
  same(run(attempt("nosuchthing + 1"))$fault$message, "object 'nosuchthing' not found")
})
test("draws that the manifest does not say are no success", {
  for (line in c("runif(1)", "sample(3)")) {
    done <- run(attempt(sprintf('stage("flag", function(cases) { %s; cases })', line)))
    same(done$status, 1L)
    same(done$fault, list(kind = "bug", message = "the stage draws random numbers, which plugin.yaml does not say",
                          hint = "add 'draws: true' to the stage"))
  }
  same(run(attempt('stage("flag", function(cases) { runif(1); cases })', random_seed = 1))$status, 0L)
  same(run(attempt('stage("flag", function(cases) { set.seed(1); runif(1); cases })'))$status, 0L)
  same(run(attempt('stage("flag", function(cases) { file.create(tempfile()); library(parallel); cases })'))$status, 0L)
})

# Ports and parameters ----------------------------------------------------------------------------------------

test("parameters come as the defaults are, and what is not given has its default", {
  done <- run(attempt('stage("flag", function(cases, day = as.Date("2020-01-01"), kinds = c("a", "b"), level = 0.95, gone = NULL)
    data.frame(day = day, kinds = paste(kinds, collapse = "+"), level = level, gone = is.null(gone)))',
    parameters = list(day = "2024-02-29", kinds = list("x", "y", "z"), level = NULL, gone = NULL)))
  same(done$text(), "day,kinds,level,gone\n2024-02-29,x+y+z,0.95,true\n")
})
test("list ports have labels as names, optional inputs are NULL", {
  folder <- attempt('stage("flag", function(sites, extra) data.frame(site = names(sites), rows = vapply(sites, nrow, 1L), none = is.null(extra)))')
  one <- list(kind = "table", path = file.path(folder, "inputs", "cases.csv"), format = "csv", columns = types)
  context <- json(read_all(file.path(folder, "context.json")))
  context$inputs <- list(sites = list(c(list(label = "site[name=North]"), one), c(list(label = "site[name=South]"), one)))
  write_bytes(.proeftuin$to_json(context), file.path(folder, "context.json"))
  done <- run(folder)
  same(done$fault, NULL)
  same(done$text(), "site,rows,none\nsite[name=North],3,true\nsite[name=South],3,true\n")
})
test("several outputs: a table, a record, a file, and one that is left out", {
  port <- function(name, kind, required = TRUE) list(kind = kind, path = name, format = sub(".*\\.", "", name), required = required)
  done <- run(attempt('stage("flag", function(cases) list(cases = cases, letter = c("Beste \u00e9", "dag"),
      summary = list(type = "count", version = 1, n = nrow(cases), names = list("a"))))',
    outputs = list(cases = port("cases.csv", "table"), letter = port("letter.txt", "file"),
                   summary = port("summary.json", "record"), spare = port("spare.csv", "table", FALSE))))
  same(done$status, 0L)
  same(done$text("letter.txt"), "Beste \u00e9\ndag\n")
  same(json(done$text("summary.json")), list(type = "count", version = 1, n = 3, names = list("a")))
})
test("a record gets the type that the manifest names", {
  done <- run(attempt('stage("flag", function(cases) list(n = 1, types = "x"))',
    outputs = list(summary = list(kind = "record", path = "summary.json", format = "json", required = TRUE, record = "count"))))
  same(json(done$text("summary.json")), list(n = 1, types = "x", type = "count", version = 1))
})
test("a list without elements stays one",
  same(run(attempt('stage("flag", function(cases, kinds = c("a", "b")) data.frame(n = length(kinds)))',
                   parameters = list(kinds = list())))$text(), "n\n0\n"))
test("what a stage says is read back", {
  done <- run(attempt('stage("flag", function(cases) {
      report_progress(1, 2); report_progress(2, 2)
      report_metric("left out", 3, unit = "cases", n = 10, low = 1.5)
      report_check("ids unique", TRUE, severity = "warning"); report_note("# H\u00e9\n\\"text\\""); report_log("fine", "debug")
      print("nothing breaks it")
      stopifnot(identical(stage_context()$reference_date, as.Date("2026-11-25")), secret("token") == "s3cret")
      cases })', reference_date = "2026-11-25", secrets = list(token = "TOKEN")), "TOKEN=s3cret")
  same(done$status, 0L)
  said <- stats::setNames(done$messages, vapply(done$messages, function(one) one$type, ""))
  same(said$metric, list(type = "metric", name = "left out", value = 3, unit = "cases", n = 10, low = 1.5))
  same(said$note$markdown, "# H\u00e9\n\"text\"")
  same(said$check$passed, TRUE)
})
test("seeds repeat, and parts differ", {
  draws <- 'stage("flag", function(cases) { first <- runif(1); seed_part(1); second <- runif(1); seed_part(2)
    data.frame(draw = c(first, second, runif(1))) })'
  first <- run(attempt(draws, random_seed = 12345))$text()
  same(first, run(attempt(draws, random_seed = 12345))$text())
  same(first == run(attempt(draws, random_seed = 12346))$text(), FALSE)
  same(anyDuplicated(strsplit(first, "\n")[[1]]), 0L)
})

# Workers -----------------------------------------------------------------------------------------------------

test("a worker does stage after stage and outlives those that fail", {
  source <- 'stage("flag", function(cases, how = "fine") {
    if (how == "fail") { options(digits = 3); Sys.setenv(LEFT = "behind"); stop("North") }
    stopifnot(Sys.getenv("LEFT") == "", getOption("digits") == 7)
    cases })'
  folders <- vapply(c("fine", "fail", "fine"), function(how) attempt(source, parameters = list(how = how)), "")
  worker <- tempfile("worker")
  dir.create(worker)
  system2("mkfifo", file.path(worker, c("requests", "replies")))
  system2("Rscript", file.path(folders[[1]], "stages.R"), env = paste0("PROEFTUIN_WORKER=", worker), wait = FALSE,
          stderr = file.path(worker, "stderr.log"))
  requests <- fifo(file.path(worker, "requests"), "wb", blocking = TRUE)
  replies <- fifo(file.path(worker, "replies"), "rb", blocking = TRUE)
  for (folder in folders) {
    line <- .proeftuin$to_json(list(context = file.path(folder, "context.json"), messages = file.path(folder, "messages.jsonl")))
    writeLines(line, requests)
    flush(requests)
    same(readLines(replies, 1), line)
  }
  close(requests)
  same(length(readLines(replies, 1)), 0L)   # it ended
  close(replies)
  closed <- lapply(folders, function(folder) json(utils::tail(readLines(file.path(folder, "messages.jsonl")), 1)))
  same(closed[[1]], list(type = "closed", ok = TRUE))
  same(closed[[2]]$error$message, "simpleError in flag(), stages.R line 3")
  same(closed[[3]], list(type = "closed", ok = TRUE))
  same(read_all(file.path(folders[[3]], "outputs", "cases.csv")), cases)
})

test("the folder of a worker's stage is that of its messages", {
  folder <- attempt(pass_on)
  seen <- NULL
  place <- new.env(parent = .proeftuin)
  place$run_one <- function(context, messages) seen <<- c(getwd(), Sys.getenv(c("HOME", "TMPDIR"), names = FALSE))
  serve <- .proeftuin$serve_one
  environment(serve) <- place
  request <- list(context = file.path(tempfile("elsewhere"), "context.json"), messages = file.path(folder, "messages.jsonl"))
  work <- file.path(folder, "work")
  before <- getwd()
  serve(request)
  same(seen, c(normalizePath(work), work, file.path(work, "tmp")))
  unlink(file.path(work, "tmp"), recursive = TRUE)
  serve(request)
  same(seen[3], work)
  same(getwd(), before)
})

# By hand -----------------------------------------------------------------------------------------------------

hand <- function(...) {
  folder <- attempt('
    stage("flag", function(cases, level = 0.5, arm = c("plain", "form")) {
      cases$high <- cases$income > level; cases
    }, summary = "Flags cases.", help = c(level = "Share of income."))
    stage("broken", function(cases) stop("value ", cases$income[1]))
    stage("two", function(sites) list(a = data.frame(site = names(sites)), b = list(n = length(sites))))')
  write_bytes("id,income\n007,0.4\n008,0.6\n", file.path(folder, "cases.csv"))
  before <- setwd(folder)
  on.exit(setwd(before))
  out <- suppressWarnings(system2("Rscript", c("stages.R", ...), stdout = TRUE, stderr = "stderr.log"))
  list(out = as.character(out), status = if (is.null(attr(out, "status"))) 0L else attr(out, "status"),
       stderr = readLines("stderr.log"), folder = folder)
}
test("a stage runs on a file and shows its table",
  same(hand("flag", "--cases", "cases.csv", "--level", "0.3")$out, c("id,income,high", "007,0.4,true", "008,0.6,true")))
test("a result goes to a file", {
  done <- hand("flag", "--cases", "cases.csv", "--output", "out.csv")
  same(read_all(file.path(done$folder, "out.csv")), "id,income,high\n007,0.4,false\n008,0.6,true\n")
})
test("several outputs and list ports", {
  done <- hand("two", "--sites", "North=cases.csv", "cases.csv", "--output", "b=b.json", "--output", "a=a.csv")
  same(read_all(file.path(done$folder, "a.csv")), "site\nNorth\ncases\n")
  same(json(read_all(file.path(done$folder, "b.json"))), list(n = 2))
})
test("a wrong value, option or file is said plainly", {
  same(hand("flag", "--cases", "cases.csv", "--level", "much")$stderr, "error: parameter 'level' has to be a number")
  same(hand("flag")$stderr, "error: --cases FILE is missing")
  same(hand("flag", "--cases", "gone.csv")$stderr, "error: there is no file 'gone.csv' for input 'cases'")
  same(hand("flag", "--cases", "cases.csv", "--lvel", "1")$stderr[1], "error: stage 'flag' has no option '--lvel'")
})
test("an unexpected error shows no value unless asked", {
  same(hand("broken", "--cases", "cases.csv")$stderr[1], "error: simpleError in broken(), stages.R line 6")
  same(hand("broken", "--cases", "cases.csv")$status, 1L)
  stopifnot(any(grepl("value 0.4", hand("broken", "--cases", "cases.csv", "--traceback")$stderr)))
})
test("the manifest begins from the functions", {
  shown <- hand("--manifest")$out
  stopifnot("      level: {type: number, default: 0.5, help: Share of income.}" %in% shown,
            "      arm: {type: choice, choices: [plain, form], default: plain, help: What it is.}" %in% shown)
})
test("help and manifest say any default, or leave it out", {
  folder <- attempt('stage("flag", function(cases, a = character(), b = c(1, 2), c = list(), d = NA, e = Sys.Date(), f = as.Date("2024-02-29"),
    g = list("x", "y"), h = Inf, i = list(1, "x"), j = NA_character_, k = -1L, l = nrow(cases)) cases)')
  shown <- system2("Rscript", c(file.path(folder, "stages.R"), "--manifest"), stdout = TRUE)
  lines <- c("a: {type: list, items: text, default: []", "b: {type: list, items: number, default: [1, 2]",
    "c: {type: list, items: text, default: []", "d: {type: boolean, required: false", "e: {type: date, required: false",
    'f: {type: date, default: "2024-02-29"', "g: {type: list, items: text, default: [x, y]", "h: {type: number, required: false",
    "i: {type: list, items: number, required: false", "j: {type: text, required: false", "k: {type: integer, default: -1",
    "l: {type: text, required: false")
  same(setdiff(paste0("      ", lines, ", help: What it is.}"), shown), character())
  help <- system2("Rscript", c(file.path(folder, "stages.R"), "flag", "--help"), stdout = TRUE)
  same(sum(grepl("^  --[a-l] ", help)), 12L)
  stopifnot(any(grepl("--b NUMBER   ([1, 2] unless given)", help, fixed = TRUE)))
})
test("missing numbers raise no warning", {
  folder <- attempt(c("options(warn = 2)", 'stage("late", function(cases, norm = 56) { cases$late <- cases$days > norm; cases })'))
  write_bytes("case,days,share,seen\nA,56,0.1,2026-11-25T21:00:00Z\nB,,,2026-11-25T21:00:00+01:00\n", file.path(folder, "cases.csv"))
  out <- system2("Rscript", c(file.path(folder, "stages.R"), "late", "--cases", file.path(folder, "cases.csv"), "--norm", "30"),
                 stdout = TRUE, stderr = TRUE)
  same(out, c("case,days,share,seen,late", "A,56,0.1,2026-11-25T21:00:00Z,true", "B,,,2026-11-25T20:00:00Z,"))
})
test("semicolons are refused with advice", {
  folder <- attempt(pass_on, content = "id;income\n007;0,4\n")
  out <- suppressWarnings(system2("Rscript", c(file.path(folder, "stages.R"), "flag", "--cases", file.path(folder, "inputs", "cases.csv")),
                                  stdout = TRUE, stderr = TRUE))
  same(as.character(out), c("error: 'cases.csv' has semicolons between its columns",
                            "help: commas are expected; save the file as CSV with commas"))
})
test("who stops reading is not answered with an error", {
  folder <- attempt('stage("flag", function(cases) data.frame(n = seq_len(300000)))')
  out <- system2("sh", c("-c", shQuote(paste("{ Rscript", file.path(folder, "stages.R"), "flag --cases",
    file.path(folder, "inputs", "cases.csv"), "2>&1 >&3; echo status $?; } 3>&1 >", file.path(folder, "rest"), "| head -1"))), stdout = TRUE)
  same(out, "n")
  same(readLines(file.path(folder, "rest")), "status 0")
})
test("sourced from a test, the stages are functions and nothing runs", {
  folder <- attempt('double <- stage("double", function(cases) { report_metric("rows", nrow(cases)); cases$n * 2 })')
  place <- new.env()
  sys.source(file.path(folder, "stages.R"), place)
  same(place$double(data.frame(n = 2)), 4)
})

if (failed) {
  cat(failed, "failed\n")
  quit("no", 1)
}
