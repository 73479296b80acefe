// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation

// What `make bench` runs: figures of this machine in this run, beside what was asked for and, where
// one is installed, a peer. Nothing here passes or fails.
if CommandLine.arguments.count == 4, CommandLine.arguments[1] == "filter-and-derive" {
  // Started by the figures themselves, to be measured as a process of its own.
  try ExpressionFigures.measure(CommandLine.arguments[2], CommandLine.arguments[3])
  exit(0)
}
if CommandLine.arguments.count == 5, CommandLine.arguments[1] == "group" {
  try GroupFigures.measure(
    CommandLine.arguments[2], CommandLine.arguments[3], CommandLine.arguments[4])
  exit(0)
}
if CommandLine.arguments.count == 5, CommandLine.arguments[1] == "read-csv" {
  try TableFigures.measure(
    CommandLine.arguments[2], CommandLine.arguments[3], CommandLine.arguments[4])
  exit(0)
}
let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appending(path: "proeftuin").path
let folder = FileManager.default.temporaryDirectory.appending(path: "proeftuin-bench-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
// Children work in it, with paths relative to it.
guard FileManager.default.changeCurrentDirectoryPath(folder.path) else { exit(1) }
defer { try? FileManager.default.removeItem(at: folder) }

print(Figure(name: "figure", value: "here", target: "asked for", peer: "peer").line())
// All of them, or those that are named: engine, expressions, external, groups, tables.
let wanted = CommandLine.arguments.dropFirst()
let parts: [(name: String, figures: () throws -> [Figure])] = [
  ("engine", { try EngineFigures.all(program, in: folder) }),
  ("expressions", { try ExpressionFigures.all(program, in: folder) }),
  ("external", { try ExternalFigures.all(program, in: folder) }),
  ("groups", { try GroupFigures.all(program, in: folder) }),
  ("tables", { try TableFigures.all(program, in: folder) }),
]
for part in parts where wanted.isEmpty || wanted.contains(part.name) {
  for figure in try part.figures() { print(figure.line()) }
}
