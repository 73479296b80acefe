// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents

extension PluginManifest {
  /// What stands for the plugin in a lock: its code, and how its programs are started.
  var implementationDigest: String {
    SHA256Digest.of(
      "proeftuin.plugin.v1\n\(digest)\n"
        + stages.map { "\($0.name) \(implementation(of: $0))\n" }.joined()
    ).hex
  }

  /// What stands for a stage's code in its key: owner, wording and comments of the manifest do not
  /// change it, what is started and how tables are handed over do.
  func implementation(of stage: StageManifest) -> String {
    let arguments = (stage.command ?? command)?.arguments ?? []
    let started: JSONValue = [
      "code": .string(digest), "command": .array(arguments.map { .string($0) }),
      "format": .string(stage.format.rawValue), "protocol": .string(protocolVersion.name),
    ]
    return "version \(stage.version), code \(SHA256Digest.of(started.compact).hex)"
  }
}
