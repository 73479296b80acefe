// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures

// The second half of `make bench`: how long estimators take, beside what was asked for and, where one is
// installed, a peer whose estimate was found equal first. Nothing here passes or fails.
print(Figure(name: "figure", value: "here", target: "asked for", peer: "peer").line())
// All of them, or those that are named.
let wanted = CommandLine.arguments.dropFirst()
let parts: [(name: String, figures: () throws -> [Figure])] = [
  ("least-squares", { try LeastSquaresFigures.all() }),
  ("absorbed", { try AbsorbedFigures.all() }),
  ("discontinuity", { try DiscontinuityFigures.all() }),
  ("outcome-models", { try OutcomeModelFigures.all() }),
  ("roll-out", { try RollOutFigures.all() }),
  ("policy", { try PolicyFigures.all() }),
  ("resampling", { try ResamplingFigures.all() }),
  ("synthetic", { try SyntheticFigures.all() }),
  ("matching", { try MatchingFigures.all() }),
  ("sensitivity", { try SensitivityFigures.all() }),
]
for part in parts where wanted.isEmpty || wanted.contains(part.name) {
  for figure in try part.figures() { print(figure.line()) }
}
