// SPDX-License-Identifier: EUPL-1.2

import Foundation

// What `make bench` runs: figures of this machine in this run, beside what was asked for and, where
// one is installed, a peer. Nothing here passes or fails.
let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appending(path: "proeftuin").path
let folder = FileManager.default.temporaryDirectory.appending(path: "proeftuin-bench-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
// Children work in it, with paths relative to it.
guard FileManager.default.changeCurrentDirectoryPath(folder.path) else { exit(1) }
defer { try? FileManager.default.removeItem(at: folder) }

print(Figure(name: "figure", value: "here", target: "asked for", peer: "peer").line())
for figure in try EngineFigures.all(program, in: folder) { print(figure.line()) }
for figure in try ExternalFigures.all(program, in: folder) { print(figure.line()) }
for figure in try StatisticsFigures.all() { print(figure.line()) }
for figure in try TableFigures.all(program, in: folder) { print(figure.line()) }
