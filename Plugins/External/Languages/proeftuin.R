# SPDX-License-Identifier: EUPL-1.2
#
# Stages of Proeftuin in R: one function is one stage. Base R 4.0 or later; Arrow needs the package 'arrow'.
#
#   here <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))   # the script that runs
#   source(file.path(dirname(c(gsub("~+~", " ", here, fixed = TRUE), "./x")[1]), "proeftuin.R"))
#
#   stage("fit", function(cases, outcome = "income", level = 0.95) {
#     …
#     data.frame(term = …, estimate = …)
#   }, summary = "Fits a line.", help = c(level = "Confidence level."))
#
#   run_stages()
#
# Arguments without a default are input ports, those with one are parameters; `inputs = c("cases", "sites")` says so
# where it is otherwise. Tables are data frames: text is character, a category a factor (its levels in order of first
# appearance), a date a Date, a timestamp POSIXct in UTC, a decimal a number; a missing value is NA. A record is a named list, a file its path, a list port
# a list with the labels as names, an input that nothing feeds NULL.
#
# A stage returns its output: a data frame, a named list for a record, a raw vector, text or file_at(path) for a
# file; several outputs as a named list of these.
#
# Whoever cannot go on calls data_fault() (the data do not allow it), user_fault() (the pipeline asks for something
# that cannot be) or transient_fault() (it may go well the next time). Name columns and row numbers in a fault,
# never the value of a cell: faults are shown to people who may not see the data.
#
# The same file runs by hand, `Rscript stages.R fit --cases cases.csv --output out.csv`, and prints the beginnings
# of its plugin.yaml, `Rscript stages.R --manifest`. A test sources it, which runs nothing, and calls the function
# that stage() returned, or stage_function("fit").

.proeftuin <- new.env(parent = globalenv())
options(keep.source = TRUE)             # so that an unexpected error can name its line

local(envir = .proeftuin, {

  protocol <- 1
  version <- "1.0"
  stages <- list()
  current <- NULL                       # the context of the stage that runs
  messages <- NULL                      # the connection to its messages; NULL by hand
  said <- list()                        # what was said by hand, for tests
  reported <- 0
  finished <- FALSE                     # whether a stage has said how it went

  # Stages and faults ------------------------------------------------------------------------------------

  stage <- function(name, run, summary = "", help = character(), inputs = NULL, outputs = "result") {
    arguments <- names(formals(run))
    if (is.null(inputs)) inputs <- Filter(function(name) is_required(run, name), setdiff(arguments, "..."))
    stages[[name]] <<- list(name = name, run = run, summary = summary, help = help, inputs = inputs,
                            parameters = setdiff(arguments, c(inputs, "...")), outputs = outputs)
    invisible(run)
  }

  # An argument without a default holds the empty name, which R takes for a missing argument wherever it is used.
  is_required <- function(run, name) identical(formals(run)[[name]], quote(expr = ))
  default_expression <- function(run, name) if (!is_required(run, name)) formals(run)[[name]]

  stage_function <- function(name) stages[[name]]$run

  fault <- function(kind, message, parameter = NULL, hint = NULL)
    stop(structure(class = c(paste0(kind, "_fault"), "proeftuin_fault", "error", "condition"),
                   list(message = message, call = NULL, kind = kind, parameter = parameter, hint = hint)))
  data_fault <- function(message, parameter = NULL, hint = NULL) fault("data", message, parameter, hint)
  user_fault <- function(message, parameter = NULL, hint = NULL) fault("user", message, parameter, hint)
  transient_fault <- function(message, parameter = NULL, hint = NULL) fault("transient", message, parameter, hint)
  bug <- function(message, hint = NULL) fault("bug", message, hint = hint)

  listed <- function(names) if (length(names)) paste0("'", names, "'", collapse = ", ") else "none"

  # What a stage knows about its run, and what it can say -------------------------------------------------

  stage_context <- function() {
    given <- current
    given$reference_date <- if (!is.null(given$reference_date)) as.Date(given$reference_date)
    given$deadline <- if (!is.null(given$deadline)) timestamps(given$deadline)
    given
  }

  scratch_folder <- function() if (is.null(current$work)) tempdir() else current$work

  secret <- function(name) {
    variable <- current$secrets[[name]]
    if (is.null(variable))
      bug(paste0("the stage has no secret parameter '", name, "'"), "declare it in plugin.yaml: {type: secret, help: …}")
    value <- Sys.getenv(variable, NA)
    if (is.na(value)) user_fault(paste0("the secret of parameter '", name, "' is not there"), parameter = name)
    value
  }

  # Sets the generator for the part `index` (a replicate, a group), so that results do not depend on the order of
  # the parts. Whole numbers below 2^53 are exact, so that every machine makes the same seed.
  seed_part <- function(index) {
    if (is.null(current$random_seed))
      bug(paste0("stage '", current$stage, "' draws random numbers, but its manifest does not say so"),
          "write 'draws: true' at the stage in plugin.yaml")
    prime <- 2147483647
    seed_generator(((current$random_seed %% prime) * 48271 + (index %% prime) * 16807 + 1) %% prime)
  }

  # The kinds are named because a site's profile may have changed them.
  seed_generator <- function(seed)
    set.seed(as.integer(seed), kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

  report_progress <- function(done, of) {
    now <- proc.time()[["elapsed"]]
    if (done < of && now - reported < 0.1) return(invisible())
    reported <<- now
    say(list(type = "progress", done = done, of = of))
  }

  report_metric <- function(name, value, unit = NULL, n = NULL, low = NULL, high = NULL) {
    if (length(value) != 1 || !is.finite(value)) bug(paste0("the metric '", name, "' is no finite number"))
    say(list(type = "metric", name = name, value = value, unit = unit, n = n, low = low, high = high))
  }

  report_check <- function(name, passed, severity = NULL, message = NULL)
    say(list(type = "check", name = name, passed = isTRUE(as.logical(passed)), severity = severity, message = message))

  report_note <- function(markdown) say(list(type = "note", markdown = paste(markdown, collapse = "\n")))

  report_log <- function(message, level = "info")
    say(list(type = "log", level = match.arg(level, c("debug", "info", "warning", "error")),
             message = paste(message, collapse = "\n")))

  said_by_hand <- function() said

  say <- function(message) {
    message <- message[!vapply(message, is.null, logical(1))]
    if (is.null(messages)) {
      said[[length(said) + 1]] <<- message
    } else {
      write_text(paste0(to_json(message), "\n"), messages)
      flush(messages)                   # one write a line, so that a kill leaves whole lines
    }
    invisible()
  }

  # Running under Proeftuin -------------------------------------------------------------------------------

  run_stages <- function() {
    # Deeper than the top of a script is a test that sources this file, and wants the functions only.
    if (sys.nframe() > 1 || interactive()) return(invisible())
    worker <- Sys.getenv("PROEFTUIN_WORKER")
    context <- Sys.getenv("PROEFTUIN_CONTEXT")
    if (nzchar(worker)) {
      serve(worker)
    } else if (nzchar(context)) {
      if (!run_one(context, Sys.getenv("PROEFTUIN_MESSAGES"))) quit("no", 1)
    } else {
      status <- by_hand(commandArgs(TRUE))
      if (status) quit("no", status)
    }
    invisible()
  }

  # Does one stage, writes how it went, and answers whether it went well.
  run_one <- function(context_path, messages_path) {
    messages <<- file(messages_path, open = "ab")
    on.exit({
      close(messages)
      messages <<- NULL
      current <<- NULL
      finished <<- TRUE
    })
    attempt({
      given <- read_json(context_path)
      if (!identical(as.numeric(given$protocol), protocol))
        bug(paste0("this plugin speaks version ", protocol, " of the protocol, and was asked in version ",
                   given$protocol), "take the proeftuin.R that comes with this version of Proeftuin")
      say(list(type = "opened", protocol = protocol, program = paste("proeftuin.R", version)))
      current <<- given
      do_stage(given)
      say(list(type = "closed", ok = TRUE))
    })
  }

  # Whether an expression went well; where not, the fault is said, and what may hold data goes to stderr.
  attempt <- function(expression) {
    calls <- NULL
    tryCatch(
      {
        withCallingHandlers(expression, error = function(error) calls <<- sys.calls())
        TRUE
      },
      proeftuin_fault = function(error) {
        cat(error$kind, " fault: ", error$message, "\n", sep = "", file = stderr())
        say(list(type = "closed", error = present(list(
          kind = error$kind, message = error$message, parameter = error$parameter, hint = error$hint))))
        FALSE
      },
      error = function(error) {
        cat("Error: ", conditionMessage(error), "\n", sep = "", file = stderr())
        cat(names_of_calls(calls), sep = "\n", file = stderr())
        say(list(type = "closed", error = list(
          kind = "bug", message = circumstances(error, calls),
          hint = if (is.null(advice(error))) "its own words may hold data, so they stand in its log only" else advice(error))))
        FALSE
      })
  }

  present <- function(values) values[!vapply(values, is.null, logical(1))]

  # Class and place of an unexpected error: what may be known by everybody. Never its message.
  circumstances <- function(error, calls) {
    kind <- class(error)[1]
    call <- conditionCall(error)
    place <- if (is.call(call) && nzchar(name_of_call(call))) paste0(" in ", name_of_call(call), "()") else ""
    if (!is.null(missing_package(error))) kind <- paste0("there is no package '", missing_package(error), "'")
    else if (!is.null(unknown_name(error))) {
      kind <- unknown_name(error)
      if (startsWith(kind, "could not find function")) place <- ""      # which R says of the function itself
    }
    line <- line_of(calls)
    paste0(kind, place, if (nzchar(line)) paste0(if (nzchar(place)) ", " else " in ", line) else "")
  }

  # What R says of a name that the script itself spells, which therefore is no data; else NULL.
  unknown_name <- function(error) {
    said <- conditionMessage(error)
    object <- "^object '(.+)' not found$"
    calls <- "^could not find function \"(.+)\"$"
    pattern <- if (length(said) != 1) NULL else if (grepl(object, said)) object else if (grepl(calls, said)) calls
    if (is.null(pattern) || !sub(pattern, "\\1", said) %in% own_names()) return(NULL)
    if (pattern == object) said else sub(pattern, "could not find function '\\1'", said)
  }

  missing_package <- function(error) {
    if (inherits(error, "packageNotFoundError")) return(error$package)
    said <- conditionMessage(error)     # an error at the top of a script has come as its message only
    pattern <- "^.*there is no package called [\u2018'\"]([A-Za-z0-9.]+)[\u2019'\"].*$"
    if (length(said) == 1 && grepl(pattern, said)) sub(pattern, "\\1", said)
  }

  advice <- function(error)
    if (!is.null(missing_package(error)))
      paste0("install '", missing_package(error), "' into the library of the system, such as ", sub("/$", "", utils::head(.Library.site, 1)),
             if (!length(.Library.site)) .Library, ": a sandbox does not see the user's own library, unless the policy ",
             "names it under 'readable:' and has 'environment: [R_LIBS_USER]'")

  # The script that runs, and what else of R lies beside it.
  script <- function() {
    path <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
    gsub("~+~", " ", c(path, "")[1], fixed = TRUE)
  }
  own_files <- function()
    if (nzchar(script())) Filter(function(path) basename(path) != "proeftuin.R",
                                 list.files(dirname(script_path), "\\.[rR]$", full.names = TRUE))
  script_path <- if (nzchar(script())) normalizePath(script(), mustWork = FALSE) else ""   # a stage changes its folder

  lines_of_file <- function(path) tryCatch(readLines(path, warn = FALSE, encoding = "UTF-8"), error = function(error) character())

  own_names <- function()
    unlist(lapply(own_files(), function(path)
      tryCatch(all.names(parse(path, keep.source = FALSE, encoding = "UTF-8")), error = function(error) character())))

  # A call's function where it has a name; its arguments may be data and are never spelled out.
  name_of_call <- function(call) {
    called <- call[[1]]
    if (is.name(called)) return(as.character(called))
    if (is.call(called) && length(called) == 3 && as.character(called[[1]]) %in% c("::", ":::"))
      return(paste(as.character(called[-1]), collapse = "::"))
    ""
  }

  names_of_calls <- function(calls) {
    names <- vapply(as.list(calls), name_of_call, "")
    known <- nzchar(names) & !names %in% c("attempt", "tryCatch", "tryCatchList", "tryCatchOne", "doTryCatch",
                                           "withCallingHandlers", ".handleSimpleError", "h", "run_one", "do_stage",
                                           "without_draws", "force")
    paste0("  in ", names[known], "()")
  }

  # File and line of the innermost call that was written in a stage's file.
  line_of <- function(calls) {
    for (call in rev(as.list(calls))) {
      reference <- attr(call, "srcref")
      if (is.null(reference)) next
      file <- basename(attr(reference, "srcfile")$filename)
      line <- reference[1]
      if (length(file) && !nzchar(file)) {
        # Rscript reads a script expression by expression, and counts the lines of each from 1.
        line <- line + lines_before(attr(reference, "srcfile")$lines)
        file <- if (is.na(line)) "" else basename(script_path)
      }
      if (length(file) && nzchar(file) && file != "proeftuin.R") return(paste0(file, " line ", line))
    }
    ""
  }

  # How many lines of the script stand before an expression; NA where it is not there, or more than once.
  lines_before <- function(text) {
    lines <- sub("\r$", "", lines_of_file(script_path))
    wanted <- sub("\r$", "", strsplit(paste(text, collapse = "\n"), "\n", fixed = TRUE)[[1]])
    if (!length(wanted) || length(wanted) > length(lines)) return(NA)
    # A comment or another expression may stand before it on its first line, and behind it on its last.
    starts <- which(endsWith(lines, wanted[1]) | startsWith(lines, wanted[1]))
    if (length(wanted) > 1) {
      starts <- starts[starts + length(wanted) - 1 <= length(lines)]
      between <- wanted[-1]
      starts <- Filter(function(start) {
        found <- lines[start + seq_along(between)]
        all(utils::head(found, -1) == utils::head(between, -1)) && startsWith(utils::tail(found, 1), utils::tail(between, 1))
      }, starts)
    }
    if (length(starts) == 1) starts - 1 else NA
  }

  # A script that fails before run_stages(), such as at library(), says so as well as a stage that fails. R hands the
  # message over and no condition.
  unfinished <- function() {
    said <- sub("\n$", "", geterrmessage())
    error <- simpleError(sub("^Error( in [^:]*)? ?: *\n? *", "", said))
    if (is.null(messages) && !finished) {
      messages <<- file(Sys.getenv("PROEFTUIN_MESSAGES"), open = "ab")
      what <- circumstances(error, list())
      say(list(type = "closed", error = list(
        kind = "bug", message = if (what == "simpleError") "an error at the top of the script, outside any stage" else what,
        hint = if (is.null(advice(error))) "its own words may hold data, so they stand in its log only" else advice(error))))
    }
    quit("no", 1)
  }

  do_stage <- function(given) {
    chosen <- stages[[given$stage]]
    if (is.null(chosen))
      bug(paste0("the program has no stage '", given$stage, "', which plugin.yaml lists; it has ",
                 listed(names(stages))), "write stage(\"…\", function(…) …), or take it out of plugin.yaml")
    if (!is.null(given$random_seed)) seed_generator(given$random_seed)
    arguments <- arguments_for(chosen, given)
    result <- if (is.null(given$random_seed)) without_draws(call_stage(chosen, arguments)) else call_stage(chosen, arguments)
    deliver(result, chosen, given)
  }

  # The value of a call that should draw no random numbers. What a plugin seeds itself repeats itself, and passes.
  without_draws <- function(called) {
    # There always is a state: C++ code of packages writes one where there is none, also where it draws nothing.
    absent <- !exists(".Random.seed", globalenv(), inherits = FALSE)
    if (absent) {
      seed_generator(0)
      on.exit(suppressWarnings(rm(list = ".Random.seed", envir = globalenv())))
    }
    before <- get(".Random.seed", globalenv(), inherits = FALSE)
    force(called)
    after <- get0(".Random.seed", globalenv(), inherits = FALSE)
    if (!is.null(after) && !identical(after, before) &&
        !any(grepl("set\\.seed|with_seed|local_seed", unlist(lapply(own_files(), lines_of_file)), useBytes = TRUE)))
      bug("the stage draws random numbers, which plugin.yaml does not say", "add 'draws: true' to the stage")
    called
  }

  # By name, so that an error's call is the stage's name and not its text or its data.
  call_stage <- function(chosen, arguments) {
    called <- new.env(parent = globalenv())
    assign(chosen$name, chosen$run, envir = called)
    for (name in names(arguments)) assign(paste0("value of ", name), arguments[[name]], envir = called)
    quoted <- lapply(names(arguments), function(name) as.name(paste0("value of ", name)))
    eval(as.call(c(as.name(chosen$name), stats::setNames(quoted, names(arguments)))), called)
  }

  arguments_for <- function(chosen, given) {
    known <- names(formals(chosen$run))
    if (!"..." %in% known)
      for (name in setdiff(c(names(given$inputs), names(given$parameters)), known))
        bug(paste0("plugin.yaml declares '", name, "', which the function of stage '", chosen$name,
                   "' does not take; it takes ", listed(known)), paste0("add '", name, "' to its arguments"))
    arguments <- list()
    for (name in names(given$inputs)) arguments[[name]] <- arriving(given$inputs[[name]], name)
    for (name in setdiff(names(given$parameters), names(given$secrets))) {
      value <- given$parameters[[name]]
      # What is not given has the function's own default.
      if (!is.null(value)) arguments[[name]] <- in_kind(value, default_expression(chosen$run, name))
    }
    for (name in intersect(names(given$secrets), known)) arguments[[name]] <- secret(name)
    for (name in setdiff(known, c(names(arguments), "...")))
      if (is_required(chosen$run, name)) arguments[name] <- list(NULL)
    arguments
  }

  in_kind <- function(value, default) {
    if (is.list(value) && is.null(names(value)))
      value <- if (length(value)) unlist(value) else none_of(default)
    if (inherits(default, "Date") || is.call(default) && identical(default[[1]], as.name("as.Date")))
      return(as.Date(value))
    value
  }

  # A list without elements, of the kind that the default is.
  none_of <- function(default) {
    default <- tryCatch(eval(default, globalenv()), error = function(error) NULL)
    if (is.atomic(default) && !is.null(default)) default[0] else if (is.list(default)) list() else character()
  }

  arriving <- function(port, name) {
    if (is.null(names(port)))           # a list port
      return(stats::setNames(lapply(port, arriving, name), vapply(port, function(one) one$label, "")))
    switch(port$kind, record = read_json(port$path), file = port$path,
           table = read_table(port$path, port$format, port$columns))
  }

  deliver <- function(result, chosen, given) {
    outputs <- given$outputs
    several <- is.list(result) && !is.data.frame(result) && !inherits(result, "proeftuin_file")
    if (length(outputs) == 1) {
      # A record is a named list itself; only for the other kinds can one say list(port = …).
      named <- several && identical(names(result), names(outputs)) && outputs[[1]]$kind != "record"
      result <- if (named) result else stats::setNames(list(result), names(outputs))
    } else if (is.null(result)) {
      result <- list()
    } else if (!several || is.null(names(result))) {
      bug(paste0("stage '", chosen$name, "' has several outputs and has to return a list with ", listed(names(outputs))))
    }
    for (name in setdiff(names(result), names(outputs)))
      bug(paste0("stage '", chosen$name, "' returned an output '", name, "' that plugin.yaml does not declare; it declares ",
                 listed(names(outputs))))
    for (name in names(outputs)) write_output(result[[name]], outputs[[name]], name, given, chosen$name)
  }

  write_output <- function(value, port, name, given, stage) {
    if (is.null(value)) {
      if (!isFALSE(port$required))
        bug(paste0(stage, "() returned nothing for the output '", name, "'"),
            "is there a 'return', or a last line that is the result?")
    } else if (port$kind == "table") {
      if (is.data.frame(value) && !length(value) && !nrow(value)) value <- without_rows(port$columns)
      write_table(value, port$path, port$format, wanted_types(port, given), name)
    } else if (port$kind == "record") {
      if (!is.list(value)) bug(paste0("output '", name, "' is a record; the stage has to return a named list for it"))
      # Spelled with [[ ]], since $ would take 'types' for 'type'.
      if (is.null(value[["type"]])) value[["type"]] <- port$record
      if (is.null(value[["version"]]) && !is.null(port$record)) value[["version"]] <- 1
      for (member in c("type", "version"))
        if (is.null(value[[member]]))
          bug(paste0("the record '", name, "' has no '", member, "'"), "a record says what it is: type and version")
      write_text(to_json(value), port$path)
    } else {
      write_file(value, port$path, name)
    }
  }

  # The types of an output's columns as far as they are known: declared, else that of the input column.
  wanted_types <- function(port, given) {
    types <- list()
    for (one in given$inputs)
      for (name in setdiff(names(one$columns), names(types))) types[[name]] <- one$columns[[name]]
    for (name in names(port$columns)) if (port$columns[[name]] != "any") types[[name]] <- port$columns[[name]]
    types
  }

  # A table with the columns that the manifest promises, for a stage that gave one without any.
  without_rows <- function(columns) {
    none <- list(boolean = logical(), integer = integer(), number = numeric(), decimal = numeric(), category = factor(),
                 date = as.Date(character()), timestamp = as.POSIXct(character(), tz = "UTC"))
    values <- lapply(columns, function(type) if (is.null(none[[type]])) character() else none[[type]])
    structure(as.list(values), names = as.character(names(columns)), class = "data.frame", row.names = integer())
  }

  file_at <- function(path) structure(list(path = path), class = "proeftuin_file")

  write_file <- function(value, path, name) {
    if (inherits(value, "proeftuin_file")) {
      if (!file.copy(value$path, path, overwrite = TRUE)) bug(paste0("the file for output '", name, "' is not there"))
    } else if (is.raw(value)) {
      writeBin(value, path)
    } else if (is.character(value)) {
      write_text(paste0(value, "\n", collapse = ""), path)
    } else {
      bug(paste0("output '", name, "' is a file; the stage has to return a raw vector, text or file_at(path) for it"))
    }
  }

  # A worker: a line names the context of a stage, and the same line goes back when the stage is done.
  serve <- function(folder) {
    requests <- fifo(file.path(folder, "requests"), open = "rb", blocking = TRUE)
    on.exit(close(requests))
    # In this order, which is that of the protocol: a named pipe opens when its other end does.
    replies <- fifo(file.path(folder, "replies"), open = "wb", blocking = TRUE)
    on.exit(close(replies), add = TRUE)
    repeat {
      line <- readLines(requests, 1, warn = FALSE, encoding = "UTF-8")
      if (!length(line)) break
      serve_one(parse_json(line))
      write_text(paste0(line, "\n"), replies)
      flush(replies)
    }
  }

  serve_one <- function(request) {
    before <- list(options = options(), environment = Sys.getenv(), folder = getwd())
    on.exit(restore(before))
    # The context lies where the program may only read, the messages where it works.
    work <- file.path(dirname(request$messages), "work")
    Sys.setenv(PROEFTUIN_CONTEXT = request$context, PROEFTUIN_MESSAGES = request$messages)
    if (dir.exists(work)) {
      temporary <- file.path(work, "tmp")
      Sys.setenv(HOME = work, TMPDIR = if (dir.exists(temporary)) temporary else work)
      setwd(work)
    }
    run_one(request$context, request$messages)
  }

  # A stage that left options, variables or its folder behind must not change the next one.
  restore <- function(before) {
    setwd(before$folder)
    if (!identical(options(), before$options)) options(before$options)
    left <- Sys.getenv()
    Sys.unsetenv(setdiff(names(left), names(before$environment)))
    changed <- names(before$environment)[!before$environment %in% left | left[names(before$environment)] != before$environment]
    changed <- changed[!is.na(changed)]
    if (length(changed)) do.call(Sys.setenv, as.list(before$environment[changed]))
    # Connections and graphics devices too: an open file of one stage would count against the next.
    if (!is.null(grDevices::dev.list())) grDevices::graphics.off()
  }

  # Tables --------------------------------------------------------------------------------------------------

  read_table <- function(path, format, types = list()) {
    if (format == "csv") return(read_csv(path, types))
    need_arrow()
    table <- as.data.frame(arrow::read_feather(path, mmap = TRUE), stringsAsFactors = FALSE)
    for (name in names(table)[vapply(table, inherits, logical(1), "integer64")]) {
      table[[name]] <- as.numeric(table[[name]])
      if (any(abs(table[[name]]) >= 2^53, na.rm = TRUE)) too_long(name)
    }
    table
  }

  write_table <- function(value, path, format, types, name) {
    if (!is.data.frame(value))
      bug(paste0("output '", name, "' is a table, but the stage gave an object of class ", class(value)[1]),
          "return a data frame")
    check_table(value, name)
    for (column in names(value))
      if (identical(types[[column]], "integer") && is.double(value[[column]]) && !is.object(value[[column]]) &&
          any(abs(value[[column]]) > 2^53 & is.finite(value[[column]]), na.rm = TRUE)) too_long(column)
    if (format == "csv") return(write_csv(value, path, types))
    need_arrow()
    value <- as.data.frame(value, stringsAsFactors = FALSE)
    row.names(value) <- NULL
    for (column in names(value)) value[[column]] <- as_type(value[[column]], types[[column]])
    arrow::write_feather(value, path, version = 2, compression = "uncompressed")
  }

  # A number of R holds 53 bits: the last digits of a longer one would be others.
  too_long <- function(name)
    data_fault(paste0("column '", name, "' has whole numbers beyond 2^53, which R cannot hold"),
               hint = "declare it as text")

  need_arrow <- function()
    if (!requireNamespace("arrow", quietly = TRUE))
      user_fault("tables come as Arrow, and the R package 'arrow' is not installed",
                 hint = "install arrow, or write 'format: csv' at the stage in plugin.yaml")

  # What R keeps otherwise than the declaration wants it.
  as_type <- function(values, type) {
    if (is.null(type)) return(values)
    if (type == "integer" && is.double(values) && is.null(attr(values, "class"))) {
      known <- values[!is.na(values)]
      if (all(known == round(known)) && all(abs(known) < 2^31)) return(as.integer(values))
    }
    if (type == "category" && is.character(values)) return(factor(values, unique(values[!is.na(values)])))
    if (type == "text" && is.factor(values)) return(as.character(values))
    if (all(is.na(values)) && is.logical(values))
      return(switch(type, text = as.character(values), number = as.numeric(values), integer = as.integer(values),
                    category = factor(as.character(values)), date = as.Date(values), values))
    values
  }

  check_table <- function(table, name) {
    twice <- names(table)[duplicated(names(table))]
    if (length(twice)) data_fault(paste0("output '", name, "' has two columns '", twice[1], "'"))
    for (column in names(table)) {
      values <- table[[column]]
      held <- is.atomic(values) && is.null(dim(values)) && (is.logical(values) || is.numeric(values) ||
        is.character(values) || is.factor(values) || inherits(values, c("Date", "POSIXct")))
      if (!held || inherits(values, "difftime"))
        data_fault(paste0("column '", column, "' is of class ", class(values)[1], ", which a table of Proeftuin cannot hold"),
                   hint = "convert it, such as as.numeric(x, units = \"days\") or as.character(x)")
    }
  }

  # CSV: a reader of its own, since read.csv() cannot tell a missing value from an empty text ---------------

  read_csv <- function(path, types = list()) {
    where <- paste0("'", basename(path), "'")
    cells <- csv_cells(read_text(path), where)
    names <- cells$names
    if (anyNA(names) || any(names == "")) data_fault(paste0(where, " has a column without a name"))
    if (anyDuplicated(names)) data_fault(paste0(where, " has two columns '", names[duplicated(names)][1], "'"))
    columns <- lapply(seq_along(names), function(place) {
      values <- cells$values[place, ]
      type <- types[[names[place]]]
      as_column(values, if (is.null(type) || type == "any") inferred(values) else type, names[place])
    })
    structure(stats::setNames(columns, names), class = "data.frame", row.names = .set_row_names(ncol(cells$values)))
  }

  # The cells as a matrix, a column for a row of the file. Signs between quotation marks are exchanged for signs
  # that the text does not hold, so that splitting at commas and line ends, which is fast, is right.
  csv_cells <- function(text, where) {
    if (!nzchar(text)) data_fault(paste0(where, " is empty, without even a header"))
    free <- Filter(function(sign) !grepl(sign, text, fixed = TRUE), rawToChar(as.raw(c(1:8, 14:31)), multiple = TRUE))
    if (length(free) < 4) data_fault(paste0(where, " has too many kinds of control characters"))
    comma <- free[1]; line <- free[2]; quoted <- free[3]; again <- free[4]
    pieces <- strsplit(paste0(text, "\n"), '"', fixed = TRUE, useBytes = TRUE)[[1]]
    inside <- seq_along(pieces) %% 2 == 0
    if (any(inside)) {
      kept <- gsub("\n", line, gsub(",", comma, pieces[inside], fixed = TRUE, useBytes = TRUE), fixed = TRUE, useBytes = TRUE)
      between <- !inside & pieces == "" & seq_along(pieces) > 1
      pieces[between] <- again
      pieces[inside] <- paste0(quoted, kept)
    }
    pieces[!inside] <- gsub("\r\n", "\n", pieces[!inside], fixed = TRUE, useBytes = TRUE)
    text <- gsub(paste0(again, quoted), '"', paste(pieces, collapse = ""), fixed = TRUE, useBytes = TRUE)
    lines <- strsplit(text, "\n", fixed = TRUE, useBytes = TRUE)[[1]]
    lines <- lines[nzchar(lines)]
    rows <- strsplit(paste0(lines, ",."), ",", fixed = TRUE, useBytes = TRUE)   # strsplit drops an empty end
    width <- lengths(rows) - 1
    uneven <- which(width != width[1])
    if (length(uneven) && width[1] == 1 && grepl(";", lines[1], fixed = TRUE)) semicolons(where)
    if (length(uneven))
      data_fault(paste0(where, " has ", width[uneven[1]], " values in line ", uneven[1], ", and ", width[1], " columns"))
    cells <- unlist(rows, use.names = FALSE)
    bare <- !startsWith(cells, quoted)
    cells[bare & cells == ""] <- NA
    cells[!bare] <- gsub(line, "\n", gsub(comma, ",", substring(cells[!bare], 2), fixed = TRUE), fixed = TRUE)
    Encoding(cells) <- "UTF-8"
    cells <- matrix(cells, nrow = width[1] + 1)[seq_len(width[1]), , drop = FALSE]
    list(names = cells[, 1], values = cells[, -1, drop = FALSE])
  }

  as_column <- function(texts, type, name) {
    if (type == "text") return(texts)
    if (type == "category") return(factor(texts, unique(texts[!is.na(texts)])))
    texts[!is.na(texts) & texts == ""] <- NA
    values <- suppressWarnings(switch(type,
      boolean = c("true" = TRUE, "false" = FALSE)[tolower(texts)],
      date = as.Date(texts, "%Y-%m-%d", optional = TRUE),
      timestamp = timestamps(texts),
      as.numeric(texts)))
    wrong <- which(is.na(values) & !is.na(texts))
    if (type == "integer" && !length(wrong)) {
      wrong <- which(values != round(values))
      # A whole number beyond R's integers is a number, which is exact up to 2^53.
      if (!length(wrong) && any(abs(values) >= 2^53 & !texts %in% c("9007199254740992", "-9007199254740992"), na.rm = TRUE))
        too_long(name)
      if (!length(wrong) && all(abs(values) < 2^31, na.rm = TRUE)) values <- as.integer(values)
    }
    if (length(wrong))
      data_fault(paste0("column '", name, "' has something that is not ", switch(type, boolean = "true or false",
        integer = "a whole number", date = "a date such as 2026-11-25",
        timestamp = "a moment such as 2026-11-25T21:00:00Z", "a number"), ", in row ", wrong[1]))
    unname(values)
  }

  timestamps <- function(texts) {
    pattern <- "^(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2})(:\\d{2}(\\.\\d+)?)?(Z|z|[-+]\\d{2}:?\\d{2})?$"
    known <- grepl(pattern, texts, perl = TRUE)
    seconds <- sub(pattern, "\\3", texts, perl = TRUE)
    plain <- paste0(sub(pattern, "\\1T\\2", texts, perl = TRUE), ifelse(seconds == "", ":00", seconds))
    zone <- sub(pattern, "\\5", texts, perl = TRUE)
    away <- numeric(length(texts))
    far <- which(known & grepl("^[-+]", zone))
    away[far] <- ifelse(startsWith(zone[far], "-"), -1, 1) *
      (as.numeric(substr(zone[far], 2, 3)) * 3600 + as.numeric(sub(".*(\\d{2})$", "\\1", zone[far])) * 60)
    values <- as.POSIXct(strptime(plain, "%Y-%m-%dT%H:%M:%OS", tz = "UTC"), tz = "UTC") - away
    values[!known] <- NA
    values
  }

  # The narrowest type that all values have; what would not come back the same, such as 007, is text.
  inferred <- function(texts) {
    known <- texts[!is.na(texts)]
    all_like <- function(pattern) all(grepl(pattern, known, perl = TRUE))
    if (!length(known)) return("text")
    if (all(known %in% c("true", "false", "True", "False", "TRUE", "FALSE"))) return("boolean")
    if (all_like("^-?(0|[1-9][0-9]*)$")) return(if (all(abs(as.numeric(known)) < 2^53)) "integer" else "text")
    if (all_like("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$") && all(nchar(known) < 19)) return("number")
    if (all_like("^\\d{4}-\\d{2}-\\d{2}$") && !anyNA(as.Date(known, "%Y-%m-%d", optional = TRUE))) return("date")
    if (all_like("^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}") && !anyNA(suppressWarnings(timestamps(known)))) return("timestamp")
    "text"
  }

  write_csv <- function(table, path, types = list()) write_text(csv_text(table, types), path)

  csv_text <- function(table, types = list()) {
    cells <- lapply(names(table), function(name) csv_column(table[[name]], name))
    # A missing value alone on its line would be read as no line at all.
    if (length(cells) == 1) cells[[1]][cells[[1]] == ""] <- '""'
    rows <- if (nrow(table)) do.call(paste, c(cells, sep = ",")) else character()
    paste0(c(paste(csv_quoted(names(table)), collapse = ","), rows), "\n", collapse = "")
  }

  csv_column <- function(values, name) {
    missing <- is.na(values)
    if (inherits(values, "Date")) texts <- format(values, "%Y-%m-%d")
    else if (inherits(values, "POSIXct")) texts <- moments(values)
    else if (is.logical(values)) texts <- ifelse(values, "true", "false")
    else if (is.factor(values) || is.character(values)) texts <- csv_quoted(enc2utf8(as.character(values)))
    else {
      endless <- which(is.infinite(values))
      if (length(endless)) data_fault(paste0("column '", name, "' has an infinite number, in row ", endless[1]))
      texts <- numerals(as.numeric(values))
    }
    texts[missing] <- ""
    texts
  }

  csv_quoted <- function(texts) {
    quoted <- is.na(texts) | texts == "" | grepl("[\",\n\r]", texts)
    texts[quoted] <- paste0('"', gsub('"', '""', texts[quoted], fixed = TRUE), '"')
    texts
  }

  moments <- function(values) {
    whole <- floor(as.numeric(values) + 5e-7)
    part <- round((as.numeric(values) - whole) * 1e6)
    texts <- format(as.POSIXct(whole, origin = "1970-01-01", tz = "UTC"), "%Y-%m-%dT%H:%M:%S", tz = "UTC")
    paste0(texts, ifelse(!is.na(part) & part > 0, sprintf(".%06.0f", part), ""), "Z")
  }

  # The shortest of 15 to 17 digits that is the number again; whole numbers without a power of ten.
  numerals <- function(values) {
    texts <- sprintf("%.15g", values)
    known <- which(is.finite(values))   # the others are "NA" and "Inf", which are no numbers to compare
    for (digits in c("%.16g", "%.17g")) {
      known <- known[as.numeric(texts[known]) != values[known]]
      texts[known] <- sprintf(digits, values[known])
    }
    whole <- !is.na(values) & abs(values) < 2^53 & values == round(values)
    texts[whole] <- sprintf("%.0f", values[whole])
    texts[texts == "-0"] <- "0"
    texts
  }

  # JSON ------------------------------------------------------------------------------------------------------

  read_json <- function(path) {
    value <- tryCatch(parse_json(read_text(path)), json_error = function(error) NULL)
    if (is.null(value)) data_fault(paste0("'", basename(path), "' is no JSON"))
    value
  }

  # An object is a named list, an array a list without names, null NULL. The text is cut into tokens at once, which
  # is fast; then the tokens are read one by one.
  parse_json <- function(text) {
    signs <- gregexpr(paste0('"(?:[^"\\\\]++|\\\\.)*+"|-?[0-9]++(?:\\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+',
                             "|true|false|null|[\\[\\]{}:,]|[^ \\t\\r\\n]"), text, perl = TRUE, useBytes = TRUE)
    tokens <- regmatches_of(text, signs[[1]])
    firsts <- substr(tokens, 1, 1)
    quoted <- firsts == '"' & nchar(tokens, "bytes") > 1
    texts <- tokens
    texts[quoted] <- unquoted(tokens[quoted])
    numeric <- grepl("^-?(0|[1-9][0-9]*)(\\.|[eE]|$)", tokens)
    numbers <- rep(NA_real_, length(tokens))
    numbers[numeric] <- as.numeric(tokens[numeric])
    place <- 0
    fail <- function() stop(structure(class = c("json_error", "error", "condition"), list(message = "no JSON", call = NULL)))
    following <- function() {
      place <<- place + 1
      if (place > length(tokens)) fail()
      firsts[place]
    }
    value <- function(first = following()) {
      force(first)                      # moves on to the token, which R would put off until it is used
      if (quoted[place]) return(texts[place])
      if (numeric[place]) return(numbers[place])
      switch(first, "{" = object(), "[" = array(),
             switch(tokens[place], true = TRUE, false = FALSE, null = NULL, fail()))
    }
    object <- function() {
      values <- list()
      names <- character()
      token <- following()
      while (token != "}") {
        if (!quoted[place]) fail()
        names[length(names) + 1] <- texts[place]
        if (following() != ":") fail()
        values[length(names)] <- list(value())
        token <- following()
        if (token == ",") { token <- following(); if (token == "}") fail() } else if (token != "}") fail()
      }
      stats::setNames(values, names)
    }
    array <- function() {
      values <- list()
      token <- following()
      while (token != "]") {
        values[length(values) + 1] <- list(value(token))
        token <- following()
        if (token == ",") { token <- following(); if (token == "]") fail() } else if (token != "]") fail()
      }
      values
    }
    result <- value()
    if (place < length(tokens)) fail()
    result
  }

  regmatches_of <- function(text, found) {
    if (found[1] == -1) return(character())
    bytes <- charToRaw(text)
    # By bytes: substring() would count characters from the start for each token.
    starts <- as.integer(found)
    ends <- starts + attr(found, "match.length") - 1L
    tokens <- vapply(seq_along(starts), function(one) rawToChar(bytes[starts[one]:ends[one]]), "")
    Encoding(tokens) <- "UTF-8"
    tokens
  }

  unquoted <- function(tokens) {
    texts <- substr(tokens, 2, nchar(tokens) - 1)
    escaped <- grepl("\\", texts, fixed = TRUE)
    texts[escaped] <- vapply(texts[escaped], unescaped, "", USE.NAMES = FALSE)
    texts
  }

  unescaped <- function(text) {
    pattern <- paste0("\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}|",
                      "\\\\u[0-9a-fA-F]{4}|\\\\.|[^\\\\]+")
    paste(vapply(regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1]], character_meant, ""), collapse = "")
  }

  character_meant <- function(part) {
    if (substr(part, 1, 1) != "\\") return(part)
    if (nchar(part) == 12) {            # two halves of a character beyond the first 65,536
      halves <- strtoi(c(substr(part, 3, 6), substr(part, 9, 12)), 16L)
      return(intToUtf8((halves[1] - 0xD800) * 0x400 + (halves[2] - 0xDC00) + 0x10000))
    }
    if (nchar(part) == 6) {
      code <- strtoi(substr(part, 3, 6), 16L)
      # R's text ends at a zero, and half a pair is no character.
      return(if (code == 0 || code >= 0xD800 && code <= 0xDFFF) "\uFFFD" else intToUtf8(code))
    }
    switch(substr(part, 2, 2), n = "\n", t = "\t", r = "\r", b = "\b", f = "\f", substr(part, 2, 2))
  }

  to_json <- function(value) {
    if (is.null(value)) return("null")
    if (is.data.frame(value))
      return(to_json(lapply(seq_len(nrow(value)), function(row) as.list(value[row, , drop = FALSE]))))
    if (is.list(value) || length(value) != 1 || !is.null(names(value))) {
      parts <- vapply(if (is.list(value)) value else as.list(value), to_json, "")
      if (is.null(names(value))) return(paste0("[", paste(parts, collapse = ", "), "]"))
      return(paste0("{", paste0(json_text(names(value)), rep(": ", length(parts)), parts, collapse = ", "), "}"))
    }
    if (is.na(value)) return("null")
    if (is.logical(value)) return(if (value) "true" else "false")
    if (inherits(value, "POSIXct")) return(json_text(moments(value)))
    if (is.numeric(value) && !is.object(value)) return(if (is.finite(value)) numerals(as.numeric(value)) else "null")
    json_text(as.character(value))
  }

  json_text <- function(texts) {
    texts <- enc2utf8(texts)
    texts <- gsub('"', '\\"', gsub("\\", "\\\\", texts, fixed = TRUE), fixed = TRUE)
    if (any(grepl("[[:cntrl:]]", texts)))
      for (code in 1:31) texts <- gsub(rawToChar(as.raw(code)), sprintf("\\u%04x", code), texts, fixed = TRUE)
    if (length(texts)) paste0('"', texts, '"') else character()
  }

  read_text <- function(path) {
    bytes <- readBin(path, "raw", file.size(path))
    if (length(bytes) >= 3 && identical(bytes[1:3], as.raw(c(0xEF, 0xBB, 0xBF)))) bytes <- bytes[-(1:3)]
    where <- paste0("'", basename(path), "'")
    if (any(bytes == 0)) data_fault(paste0(where, " is no text: it holds zero bytes"))
    text <- rawToChar(bytes)
    if (!validUTF8(text)) data_fault(paste0(where, " is not UTF-8 text"), hint = "save it as UTF-8")
    Encoding(text) <- "UTF-8"
    text
  }

  # Bytes, so that no locale changes the text or its line ends.
  write_text <- function(text, to) writeBin(charToRaw(enc2utf8(text)), to)

  # By hand -------------------------------------------------------------------------------------------------

  # Who reads the output has seen enough, as `head` has.
  is_closed_pipe <- function(error)
    conditionMessage(error)[1] %in% c("ignoring SIGPIPE signal", gettext("ignoring SIGPIPE signal", domain = "R"))

  by_hand <- function(words) {
    if ("--manifest" %in% words) {
      cat(manifest(), sep = "\n")
      return(0)
    }
    if (!length(words) || words[1] %in% c("--help", "-h")) {
      cat("Usage: Rscript stages.R STAGE --INPUT FILE --PARAMETER VALUE --output FILE\n\nStages:\n")
      for (one in stages) cat("  ", one$name, "  ", one$summary, "\n", sep = "")
      cat("\n'STAGE --help' explains one; '--manifest' prints the beginnings of a plugin.yaml.\n")
      return(if (length(words)) 0 else 2)
    }
    calls <- NULL
    tryCatch(
      withCallingHandlers(by_hand_stage(words), error = function(error) calls <<- sys.calls()),
      proeftuin_fault = function(error) {
        cat("error: ", error$message, "\n", sep = "", file = stderr())
        if (!is.null(error$hint)) cat("help: ", error$hint, "\n", sep = "", file = stderr())
        1
      },
      error = function(error) {
        if (is_closed_pipe(error)) return(0)
        cat("error: ", circumstances(error, calls), "\n", sep = "", file = stderr())
        if (!is.null(advice(error))) cat("help: ", advice(error), "\n", sep = "", file = stderr())
        if ("--traceback" %in% words) cat(conditionMessage(error), "\n", file = stderr())
        else cat("help: --traceback shows what it says, which may hold data\n", file = stderr())
        1
      })
  }

  by_hand_stage <- function(words) {
    chosen <- stages[[words[1]]]
    if (is.null(chosen)) user_fault(paste0("there is no stage '", words[1], "'; there is ", listed(names(stages))))
    if (any(words %in% c("--help", "-h"))) {
      cat(explained(chosen), sep = "\n")
      return(0)
    }
    given <- options_of(setdiff(words[-1], "--traceback"))
    known <- c(chosen$inputs, chosen$parameters)
    own <- setdiff(c("output", "seed", "reference_date"), known)
    for (name in setdiff(names(given), c(known, own)))
      user_fault(paste0("stage '", chosen$name, "' has no option '--", option_name(name), "'"),
                 hint = paste0("options: ", paste0("--", option_name(c(known, own)), collapse = " ")))
    seed <- if ("seed" %in% own && !is.null(given$seed)) as.numeric(given$seed) else 0
    current <<- list(stage = chosen$name, seed = seed, random_seed = seed,
                     reference_date = if ("reference_date" %in% own) given$reference_date)
    arguments <- list()
    for (name in intersect(chosen$inputs, names(given))) arguments[[name]] <- from_files(given[[name]], name)
    for (name in intersect(chosen$parameters, names(given)))
      arguments[[name]] <- from_words(given[[name]], default_expression(chosen$run, name), name)
    for (name in setdiff(chosen$inputs, names(given)))
      if (is_required(chosen$run, name)) user_fault(paste0("--", option_name(name), " FILE is missing"))
    for (name in setdiff(chosen$parameters, names(given)))
      if (is_required(chosen$run, name)) user_fault(paste0("--", option_name(name), " is missing"), parameter = name)
    seed_generator(seed)
    show_result(call_stage(chosen, arguments), given$output)
    for (one in said)
      cat(one$type, ": ", paste(names(one)[-1], vapply(one[-1], function(part) paste(as.character(part), collapse = " "), ""), collapse = ", "), "\n",
          sep = "", file = stderr())
    0
  }

  option_name <- function(name) gsub("_", "-", name, fixed = TRUE)

  # `--name value value` as a list of words by name.
  options_of <- function(words) {
    given <- list()
    name <- NULL
    for (word in words) {
      if (grepl("^--[a-zA-Z]", word)) {
        name <- gsub("-", "_", sub("=.*", "", substring(word, 3)), fixed = TRUE)
        given[[name]] <- c(given[[name]], if (grepl("=", word, fixed = TRUE)) sub("^[^=]*=", "", word))
        if (is.null(given[[name]])) given[[name]] <- character()
      } else if (is.null(name)) {
        user_fault(paste0("'", word, "' stands where an option was expected"))
      } else {
        given[[name]] <- c(given[[name]], word)
      }
    }
    given
  }

  from_files <- function(paths, name) {
    read <- function(word) {
      path <- if (file.exists(word)) word else sub("^[^=]*=", "", word)
      if (!file.exists(path)) user_fault(paste0("there is no file '", path, "' for input '", name, "'"))
      if (grepl("\\.csv$", path)) by_commas(read_csv(path), path)
      else if (grepl("\\.(arrow|feather)$", path)) read_table(path, "arrow")
      else if (grepl("\\.json$", path)) read_json(path)
      else path
    }
    if (length(paths) == 1 && !grepl("=", paths)) return(read(paths))
    labels <- ifelse(grepl("=", paths), sub("=.*", "", paths), sub("\\.[^.]*$", "", basename(paths)))
    stats::setNames(lapply(paths, read), labels)
  }

  # Excel of many countries writes semicolons, and decimal commas with them: guessing would make other numbers.
  by_commas <- function(table, path) {
    if (length(table) == 1 && grepl(";", names(table), fixed = TRUE)) semicolons(paste0("'", basename(path), "'"))
    table
  }
  semicolons <- function(where)
    data_fault(paste0(where, " has semicolons between its columns"),
               hint = "commas are expected; save the file as CSV with commas")

  # Words become what the default is.
  from_words <- function(words, default, name) {
    default <- tryCatch(eval(default, globalenv()), error = function(error) NULL)
    if (inherits(default, "Date")) values <- as.Date(words, optional = TRUE)
    else if (is.logical(default)) values <- unname(c(true = TRUE, false = FALSE)[tolower(words)])
    else if (is.numeric(default)) values <- suppressWarnings(as.numeric(words))
    else values <- words
    if (anyNA(values))
      user_fault(paste0("parameter '", name, "' has to be ", if (is.numeric(default)) "a number"
        else if (is.logical(default)) "true or false" else "a date such as 2026-11-25"), parameter = name)
    values
  }

  show_result <- function(result, output) {
    several <- is.list(result) && !is.data.frame(result) && any(vapply(result, is.data.frame, logical(1)))
    if (is.null(output)) {
      for (name in if (several) names(result)) {
        cat("# ", name, "\n", sep = "")
        show_one(result[[name]])
      }
      if (!several) show_one(result)
    }
    for (word in output) {
      name <- if (grepl("=", word, fixed = TRUE)) sub("=.*", "", word)
      path <- sub("^[^=]*=", "", word)
      if (!is.null(name) && !name %in% names(result))
        user_fault(paste0("the stage has no output '", name, "'"), hint = paste("outputs:", listed(names(result))))
      write_by_ending(if (is.null(name)) result else result[[name]], path)
    }
  }

  show_one <- function(value) {
    if (is.data.frame(value)) {
      check_table(value, "the result")
      cat(csv_text(value))
    } else if (is.list(value) && !inherits(value, "proeftuin_file")) cat(to_json(value), "\n", sep = "")
    else if (inherits(value, "proeftuin_file")) cat(value$path, "\n", sep = "")
    else if (!is.raw(value)) cat(value, sep = "\n")
  }

  write_by_ending <- function(value, path) {
    if (grepl("\\.json$", path) && is.list(value)) write_text(paste0(to_json(value), "\n"), path)
    else if (is.data.frame(value)) write_table(value, path, if (grepl("\\.(arrow|feather)$", path)) "arrow" else "csv", list(), "the result")
    else write_file(value, path, "the result")
  }

  explained <- function(chosen) {
    told <- function(name, otherwise) if (name %in% names(chosen$help)) chosen$help[[name]] else otherwise
    c(paste0("Usage: Rscript stages.R ", chosen$name, " [options]"), "", chosen$summary, "",
      vapply(chosen$inputs, function(name)
        paste0("  --", option_name(name), " FILE  ", told(name, "a file: .csv, .arrow or .json")), ""),
      vapply(chosen$parameters, function(name)
        paste0("  --", option_name(name), " ", toupper(type_of(default_of(chosen, name))), "  ", told(name, ""),
               if (is.character(default_of(chosen, name)) && length(default_of(chosen, name)) > 1)
                 paste0(" (", yaml(default_of(chosen, name)[1]), " unless given)")
               else if (!is.null(written_default(chosen, name)))
                 paste0(" (", written_default(chosen, name), " unless given)")), ""),
      "  --output FILE  where the result goes, NAME=FILE where a stage has several; shown unless given",
      "  --seed N  for random numbers; 0 unless given", "  --reference-date DATE  the run's today")
  }

  # A default as YAML; NULL where it has none that is worth writing down: it is missing, or another one tomorrow.
  written_default <- function(chosen, name) {
    default <- default_of(chosen, name)
    used <- setdiff(all.names(default_expression(chosen$run, name)),
                    c("c", "list", "as.Date", "-", "+", "*", "/", "^", "(", ":", "T", "F", "character", "numeric",
                      "integer", "logical", "double"))
    flat <- if (is.list(default)) all(lengths(default) == 1) && all(vapply(default, is.atomic, NA)) else is.atomic(default)
    if (is.null(default) || length(used) || !flat || anyNA(default, recursive = TRUE)) return(NULL)
    if (any(unlist(lapply(default, function(one) is.numeric(one) && is.infinite(one))))) return(NULL)
    if (is.list(default) && length(unique(vapply(default, type_of, ""))) > 1) return(NULL)
    if (length(default) == 1 && !is.list(default)) return(yaml(default))
    paste0("[", paste(vapply(seq_along(default), function(place) yaml(default[[place]]), ""), collapse = ", "), "]")
  }

  default_of <- function(chosen, name) tryCatch(eval(formals(chosen$run)[[name]], globalenv()), error = function(error) NULL)

  # The beginnings of a manifest ------------------------------------------------------------------------------

  manifest <- function() {
    program <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
    program <- c(gsub("~+~", " ", program, fixed = TRUE), "stages.R")[1]
    name <- gsub("^-+|-+$", "", gsub("[^a-z0-9]+", "-", tolower(basename(dirname(normalizePath(program, mustWork = FALSE))))))
    c(paste("plugin:", if (grepl("^[a-z]", name)) name else paste0("p", name)), "version: 0.1.0", "protocol: 1",
      "summary: What these stages are for.", "licence: EUPL-1.2", paste0("command: [Rscript, ", basename(program), "]"),
      'code: ["*.R"]', "stages:", unlist(lapply(stages, manifest_of), use.names = FALSE))
  }

  manifest_of <- function(chosen) {
    told <- function(name, otherwise) yaml(if (name %in% names(chosen$help)) chosen$help[[name]] else otherwise)
    draws <- any(c("runif", "rnorm", "rbinom", "rpois", "rexp", "sample", "sample.int", "seed_part") %in% all.names(body(chosen$run)))
    parameters <- vapply(chosen$parameters, function(name) {
      default <- default_of(chosen, name)
      choices <- is.character(default) && length(default) > 1 && !anyNA(default)      # R's idiom with match.arg()
      written <- if (choices) yaml(default[1]) else written_default(chosen, name)
      many <- !choices && !is.null(default) && (is.list(default) || length(default) != 1)
      paste0("      ", name, ": {type: ", if (choices) "choice" else if (many) "list, items: ", if (!choices) type_of(default),
             if (choices) paste0(", choices: [", paste(vapply(default, yaml, ""), collapse = ", "), "]"),
             if (!is_required(chosen$run, name))
               if (is.null(written)) ", required: false" else paste0(", default: ", written),
             ", help: ", told(name, "What it is."), "}")
    }, "")
    inputs <- vapply(chosen$inputs, function(name) {
      optional <- is.null(formals(chosen$run)[[name]])        # a default of NULL
      paste0("      ", name, ": {kind: table", if (optional) ", optional: true", ", help: ", told(name, "One row per case."), "}")
    }, "")
    c(paste0("  ", chosen$name, ":"),
      paste0("    summary: ", yaml(if (nzchar(chosen$summary)) chosen$summary else "What it does.")), "    version: 1",
      if (draws) "    draws: true", "    format: csv",
      if (length(parameters)) c("    parameters:", parameters), if (length(inputs)) c("    inputs:", inputs),
      "    outputs:", paste0("      ", chosen$outputs, ": {kind: table, help: ", vapply(chosen$outputs, told, "", "What comes out."), "}"))
  }

  type_of <- function(default)
    if (is.list(default)) (if (length(default)) type_of(default[[1]]) else "text")
    else if (inherits(default, "Date")) "date" else if (is.logical(default)) "boolean"
    else if (is.integer(default)) "integer" else if (is.numeric(default)) "number" else "text"

  # In YAML's flow style; JSON's spelling wherever plain text could be taken for something else.
  yaml <- function(value) {
    if (is.character(value) && length(value)) value <- value[1]
    plain <- is.character(value) && grepl("^[A-Za-z][A-Za-z0-9 _./()-]*$", value) &&
      !tolower(value) %in% c("true", "false", "null", "yes", "no")
    if (plain) value else to_json(value)
  }
})

for (name in c("stage", "stage_function", "run_stages", "data_fault", "user_fault", "transient_fault", "stage_context",
               "scratch_folder", "secret", "seed_part", "report_progress", "report_metric", "report_check",
               "report_note", "report_log", "said_by_hand", "file_at"))
  assign(name, get(name, envir = .proeftuin))
rm(name)
if (nzchar(Sys.getenv("PROEFTUIN_CONTEXT")) && nzchar(Sys.getenv("PROEFTUIN_MESSAGES")) && !interactive())
  options(error = quote(.proeftuin$unfinished()))
