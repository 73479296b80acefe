// SPDX-License-Identifier: EUPL-1.2

import Statistics
import Testing

/// Data and certified values of the NIST Statistical Reference Datasets (itl.nist.gov/div898/strd).
struct CertifiedRegressionTests {
  /// Nine digits are asked for.
  ///
  /// Data: Longley (1967), J. American Statistical Association 62:819–841.
  @Test func `Longley's data give NIST's coefficients and standard errors`() throws {
    var design = Design(rows: Longley.rows.count)
    for column in 1...6 { design.append("x\(column)", Longley.rows.map { $0[column] }) }
    let model = try OLS(outcome: Longley.rows.map { $0[0] }, design: design)
    let errors = try model.covariance(.classical).standardErrors
    for position in 0..<7 {
      expectClose(model.coefficients[position], Longley.coefficients[position], 1e-9)
      expectClose(errors[position], Longley.standardErrors[position], 1e-9)
    }
    expectClose(model.residualStandardDeviation, 304.854073561965, 1e-10)
    expectClose(try #require(model.rSquared), 0.995479004577296, 1e-12)
  }

  /// A polynomial of degree 10, the hardest linear case of NIST; seven digits are asked for.
  @Test func `Filip's data give NIST's coefficients and standard errors`() throws {
    var design = Design(rows: Filip.x.count)
    var power = [Double](repeating: 1, count: Filip.x.count)
    for degree in 1...10 {
      for row in power.indices { power[row] *= Filip.x[row] }
      design.append("x^\(degree)", power)
    }
    let model = try OLS(outcome: Filip.y, design: design)
    let errors = try model.covariance(.classical).standardErrors
    for position in 0...10 {
      expectClose(model.coefficients[position], Filip.coefficients[position], 1e-7)
      expectClose(errors[position], Filip.standardErrors[position], 1e-7)
    }
    expectClose(model.residualStandardDeviation, 0.334801051324544e-02, 1e-7)
    expectClose(try #require(model.rSquared), 0.996727416185620, 1e-9)
  }

  /// Nine groups of 2,001 values around 10¹², as in SmLs09; exactly F = 2001.
  ///
  /// Group means differ by ±0.1, and values by ±0.1 within (Simon and Lesage 1989). A double holds
  /// values of this size to 1.2e-4 only, so that three digits are all there is.
  @Test func `small differences between huge values keep their F`() throws {
    var outcome: [Double] = []
    var group: [Int] = []
    for number in 0..<9 {
      let mean = 1e12 + 0.4 + (number == 0 ? 0 : number % 2 == 0 ? 0.1 : -0.1)
      for replicate in 0..<2001 {
        outcome.append(mean + (replicate == 0 ? 0 : replicate % 2 == 0 ? 0.1 : -0.1))
        group.append(number)
      }
    }
    var design = Design(rows: outcome.count, capacity: 8)
    design.appendIndicators("group", Grouping(group))
    let model = try OLS(outcome: outcome, design: design)
    let test = try model.waldTest(Array(1...8), model.covariance(.classical))
    expectClose(test.statistic, 2001, 2e-3)
    #expect(test.denominatorDegreesOfFreedom == 18_000)
  }
}

private enum Longley {
  /// Employed persons, price deflator, gross national product, unemployed, armed forces,
  /// population, year.
  static let rows: [[Double]] = [
    [60323, 83.0, 234_289, 2356, 1590, 107_608, 1947],
    [61122, 88.5, 259_426, 2325, 1456, 108_632, 1948],
    [60171, 88.2, 258_054, 3682, 1616, 109_773, 1949],
    [61187, 89.5, 284_599, 3351, 1650, 110_929, 1950],
    [63221, 96.2, 328_975, 2099, 3099, 112_075, 1951],
    [63639, 98.1, 346_999, 1932, 3594, 113_270, 1952],
    [64989, 99.0, 365_385, 1870, 3547, 115_094, 1953],
    [63761, 100.0, 363_112, 3578, 3350, 116_219, 1954],
    [66019, 101.2, 397_469, 2904, 3048, 117_388, 1955],
    [67857, 104.6, 419_180, 2822, 2857, 118_734, 1956],
    [68169, 108.4, 442_769, 2936, 2798, 120_445, 1957],
    [66513, 110.8, 444_546, 4681, 2637, 121_950, 1958],
    [68655, 112.6, 482_704, 3813, 2552, 123_366, 1959],
    [69564, 114.2, 502_601, 3931, 2514, 125_368, 1960],
    [69331, 115.7, 518_173, 4806, 2572, 127_852, 1961],
    [70551, 116.9, 554_894, 4007, 2827, 130_081, 1962],
  ]
  static let coefficients = [
    -3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683,
    -1.03322686717359, -0.0511041056535807, 1829.15146461355,
  ]
  static let standardErrors = [
    890420.383607373, 84.9149257747669, 0.0334910077722432, 0.488399681651699,
    0.214274163161675, 0.226073200069370, 455.478499142212,
  ]
}

private enum Filip {
  static let y = [
    0.8116, 0.9072, 0.9052, 0.9039, 0.8053, 0.8377, 0.8667, 0.8809, 0.7975, 0.8162,
    0.8515, 0.8766, 0.8885, 0.8859, 0.8959, 0.8913, 0.8959, 0.8971, 0.9021, 0.909,
    0.9139, 0.9199, 0.8692, 0.8872, 0.89, 0.891, 0.8977, 0.9035, 0.9078, 0.7675,
    0.7705, 0.7713, 0.7736, 0.7775, 0.7841, 0.7971, 0.8329, 0.8641, 0.8804, 0.7668,
    0.7633, 0.7678, 0.7697, 0.77, 0.7749, 0.7796, 0.7897, 0.8131, 0.8498, 0.8741,
    0.8061, 0.846, 0.8751, 0.8856, 0.8919, 0.8934, 0.894, 0.8957, 0.9047, 0.9129,
    0.9209, 0.9219, 0.7739, 0.7681, 0.7665, 0.7703, 0.7702, 0.7761, 0.7809, 0.7961,
    0.8253, 0.8602, 0.8809, 0.8301, 0.8664, 0.8834, 0.8898, 0.8964, 0.8963, 0.9074,
    0.9119, 0.9228,
  ]
  static let x = [
    -6.860120914, -4.324130045, -4.358625055, -4.358426747, -6.955852379, -6.661145254,
    -6.355462942, -6.118102026, -7.115148017, -6.815308569, -6.519993057, -6.204119983,
    -5.853871964, -6.109523091, -5.79832982, -5.482672118, -5.171791386, -4.851705903,
    -4.517126416, -4.143573228, -3.709075441, -3.499489089, -6.300769497, -5.953504836,
    -5.642065153, -5.031376979, -4.680685696, -4.329846955, -3.928486195, -8.56735134,
    -8.363211311, -8.107682739, -7.823908741, -7.522878745, -7.218819279, -6.920818754,
    -6.628932138, -6.323946875, -5.991399828, -8.781464495, -8.663140179, -8.473531488,
    -8.247337057, -7.971428747, -7.676129393, -7.352812702, -7.072065318, -6.774174009,
    -6.478861916, -6.159517513, -6.835647144, -6.53165267, -6.224098421, -5.910094889,
    -5.598599459, -5.290645224, -4.974284616, -4.64454848, -4.290560426, -3.885055584,
    -3.408378962, -3.13200249, -8.726767166, -8.66695597, -8.511026475, -8.165388579,
    -7.886056648, -7.588043762, -7.283412422, -6.995678626, -6.691862621, -6.392544977,
    -6.067374056, -6.684029655, -6.378719832, -6.065855188, -5.752272167, -5.132414673,
    -4.811352704, -4.098269308, -3.66174277, -3.2644011,
  ]
  static let coefficients = [
    -1467.48961422980, -2772.17959193342, -2316.37108160893, -1127.97394098372,
    -354.478233703349, -75.1242017393757, -10.8753180355343, -1.06221498588947,
    -0.670191154593408e-01, -0.246781078275479e-02, -0.402962525080404e-04,
  ]
  static let standardErrors = [
    298.084530995537, 559.779865474950, 466.477572127796, 227.204274477751,
    71.6478660875927, 15.2897178747400, 2.23691159816033, 0.221624321934227,
    0.142363763154724e-01, 0.535617408889821e-03, 0.896632837373868e-05,
  ]
}
