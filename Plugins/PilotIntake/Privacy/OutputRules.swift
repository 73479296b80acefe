// SPDX-License-Identifier: EUPL-1.2

/// The thresholds that published output keeps to.
///
/// Source: Bond, Brandt and de Wolf (2015), Guidelines for the checking of output based on microdata
/// research, the rule-of-thumb model: at least 10 units in a cell, no cell with more than 90 % of the
/// units of its row or column, no contributor of more than 50 % of a cell, at least 10 degrees of
/// freedom. The Australian Bureau of Statistics (DataLab, output clearance) has the same numbers and
/// adds that combining tables must not give differences below 10.
struct OutputRules: Sendable, Hashable {
  /// People or other units in a cell, at least.
  var units = 10
  /// The largest share of a row or column that one category may hold.
  var groupShare = 0.9
  /// The largest share of a sum that one contributor may have.
  var dominantShare = 0.5
  var degreesOfFreedom = 10.0
}
