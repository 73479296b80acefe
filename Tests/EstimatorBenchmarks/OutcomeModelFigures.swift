// SPDX-License-Identifier: EUPL-1.2

import BenchmarkFigures
import Foundation
import Statistics
import Tables

/// Yes/no outcomes, durations and quantiles of a hundred thousand cases.
enum OutcomeModelFigures {
  private static let rows = 100_000

  static func all() throws -> [Figure] {
    let cases = Cases(rows)
    let file = FileManager.default.temporaryDirectory.appending(path: "outcomes-\(getpid()).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try cases.write(to: file)
    return [
      try logit(cases, file), try cox(cases, file), try quantiles(cases),
      try bootstrap(Cases(3_500)),
    ]
  }

  private static func logit(_ cases: Cases, _ file: URL) throws -> Figure {
    var estimate = 0.0
    let time = try Measure(runs: 3) {
      let model = try GeneralizedLinearModel(
        .logit, outcome: cases.done, design: cases.design(intercept: true))
      estimate = try model.averageDifference(1, .hc1).value
    }
    return Figure(
      name: "logit, 10^5 rows x 6, average marginal effect, HC1", value: milliseconds(time.least),
      target: "200 ms",
      peer: Peer.line(
        "statsmodels", Peer("outcome_models.py", ["logit", file.path]), ours: time.least,
        figure: estimate, tolerance: 1e-8))
  }

  private static func cox(_ cases: Cases, _ file: URL) throws -> Figure {
    var estimate = 0.0
    let times = try SurvivalTimes(time: cases.time, isEvent: cases.done.map { $0 == 1 })
    let time = try Measure(runs: 3) {
      let model = try CoxModel(times, design: cases.design(intercept: false))
      _ = try model.covariance(.hc0)
      estimate = model.coefficients[0]
    }
    return Figure(
      name: "Cox, 10^5 rows x 5, 1000 tied times, robust", value: milliseconds(time.least),
      target: "1000 ms",
      peer: Peer.line(
        "lifelines", Peer("outcome_models.py", ["cox", file.path]), ours: time.least,
        figure: estimate, tolerance: 1e-5))
  }

  private static func bootstrap(_ cases: Cases) throws -> Figure {
    let time = try Measure(runs: 2) {
      _ = try QuantileBootstrap(
        outcome: cases.amount, design: cases.design(intercept: true), quantiles: [0.5], draws: 1000,
        streams: RandomStreams(seed: 5, name: "bench"))
    }
    return Figure(
      name: "median regression, 3500 rows x 6, 1000 draws", value: milliseconds(time.least),
      target: "5000 ms")
  }

  private static func quantiles(_ cases: Cases) throws -> Figure {
    let design = cases.design(intercept: true)
    let time = try Measure(runs: 3) {
      _ = try QuantileRegression(outcome: cases.amount, design: design, quantile: 0.5)
    }
    return Figure(
      name: "median regression, 10^5 rows x 6", value: milliseconds(time.least), target: "1000 ms")
  }
}

/// An arm, four covariates, and outcomes that depend on them.
private struct Cases {
  private(set) var columns: [[Double]] = []
  private(set) var done: [Double] = []
  private(set) var time: [Double] = []
  private(set) var amount: [Double] = []

  init(_ count: Int) {
    var random = RandomStream(seed: 23, name: "bench")
    columns.append((0..<count).map { _ in random.uniform() < 0.5 ? 0 : 1 })
    for _ in 0..<4 { columns.append((0..<count).map { _ in random.uniform() }) }
    for row in 0..<count {
      let score = 0.3 * columns[0][row] + columns[1][row] - 0.5 * columns[2][row]
      done.append(random.uniform() < 1 / (1 + exp(-score)) ? 1 : 0)
      time.append((-log(1 - random.uniform()) * 300 * exp(-score)).rounded(.up))
      amount.append(1000 * score + 500 * random.uniform() * (1 + columns[3][row]))
    }
  }

  func design(intercept: Bool) -> Design {
    var design = Design(rows: done.count, intercept: intercept, capacity: columns.count)
    for (place, column) in columns.enumerated() { design.append("x\(place)", column) }
    return design
  }

  func write(to file: URL) throws {
    var text = "done,time,x0,x1,x2,x3,x4\n"
    for row in done.indices {
      text += "\(done[row]),\(time[row])"
      for column in columns { text += ",\(column[row])" }
      text += "\n"
    }
    try text.write(to: file, atomically: true, encoding: .utf8)
  }
}
