// SPDX-License-Identifier: EUPL-1.2

import Experiments
import StageKit

/// Reads a pilot card alone, for an experiment whose cases come from elsewhere or were published.
struct Card: Stage {
  static let info = StageInfo(
    "card", version: 1, summary: "Reads the pilot card of an experiment.",
    example: """
      tilburg:
        use: pilot/card
        with: {card: cards/tilburg.yaml}
      """)

  @Parameter("The pilot card: a block, or the path of a YAML file.") var card: PilotCardAnswers

  struct Output: PortSet {
    @Port("The pilot card.") var pilot: PilotCard
  }

  func run(_ input: NoPorts, in context: StageContext) async throws -> Output {
    var output = Output()
    output.pilot = card.card
    return output
  }
}
