// SPDX-License-Identifier: EUPL-1.2

import Documents
import Experiments
import StageKit
import Tables

extension StageFault {
  /// A table that is not what its port takes, and which stage it comes from.
  init(_ fault: RecordFault, from label: String) {
    self.init("\(label): \(fault)", help: "feed an output that has the standard columns")
  }

  static func user(_ message: String, at parameter: String, help: String? = nil) -> StageFault {
    StageFault(message, at: parameter, help: help, kind: .user)
  }
}

extension [Labeled<Table>] {
  /// The effects of every table, with the stage that each comes from.
  func effects() throws(StageFault) -> [(label: String, effect: Effect)] {
    var result: [(label: String, effect: Effect)] = []
    for item in self {
      do throws(RecordFault) {
        result += try EffectsTable.effects(item.value).map { (item.label, $0) }
      } catch {
        throw StageFault(error, from: item.label)
      }
    }
    return result
  }

  /// The trust checks of every table.
  func checks() throws(StageFault) -> [TrustCheck] {
    var result: [TrustCheck] = []
    for item in self {
      do throws(RecordFault) {
        result += try TrustChecks.checks(item.value)
      } catch {
        throw StageFault(error, from: item.label)
      }
    }
    return result
  }
}
