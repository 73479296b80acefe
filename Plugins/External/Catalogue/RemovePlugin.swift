// SPDX-License-Identifier: EUPL-1.2

import Foundation
import StageKit

/// `proeftuin plugin remove NAME`: removes a plugin that was added; what somebody wrote is left alone.
struct RemovePlugin: Tool {
  static let info = ToolInfo("remove", summary: "Removes a plugin that was added.")

  @Parameter("Name of the plugin.") var name: String
  @Parameter("Folder that holds plugins.") var from = "Plugins"

  func run() async throws -> ToolAnswer {
    let folder = "\(from)/\(name)"
    guard !name.contains("/"), FileStatusCheck.isPlainFolder(folder) else {
      throw StageFault(
        "there is no plugin '\(name)' in '\(from)'", at: "name",
        help: "'proeftuin plugins' shows where plugins lie", kind: .user)
    }
    try PluginOrigin.checkIntact(folder)
    do {
      try FileManager.default.removeItem(atPath: folder)
    } catch {
      throw StageFault(
        "'\(folder)' cannot be removed", help: "check that it is yours", kind: .user)
    }
    return ToolAnswer(.text(folder), notes: ["removed \(name)"])
  }
}
