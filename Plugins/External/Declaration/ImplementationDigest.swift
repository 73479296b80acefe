// SPDX-License-Identifier: EUPL-1.2

import Digests
import Documents
import StageKit
import Tables

extension PluginManifest {
  /// What stands for the plugin in a lock: its code, how its programs are started, and all that the
  /// manifest lets them see and use.
  var implementationDigest: String {
    let grants: JSONValue = [
      "environment": .array(environment.map { .string($0) }), "network": .boolean(wantsNetwork),
      "worker": .boolean(isWorker), "limits": .string("\(limits)"),
    ]
    let lines = stages.map { stage in
      "\(stage.name) \(implementation(of: stage)) "
        + stage.parameters.map { $0.json.compact }.joined() + " \(stage.transientStatuses)\n"
    }
    return SHA256Digest.of(
      "proeftuin.plugin.v1\n\(digest)\n\(grants.compact)\n" + lines.joined()
    ).hex
  }

  /// What stands for a stage's code in its key: owner, wording and comments of the manifest do not
  /// change it; what is started, how tables are handed over and how outputs are read do.
  func implementation(of stage: StageManifest) -> String {
    let arguments = (stage.command ?? command)?.arguments ?? []
    let started: JSONValue = [
      "code": .string(digest), "command": .array(arguments.map { .string($0) }),
      "format": .string(stage.format.rawValue), "protocol": .string(protocolVersion.name),
      "inputs": .array(stage.inputs.map(\.json)), "outputs": .array(stage.outputs.map(\.json)),
      "stdout": JSONValue(stage.printedOutput),
    ]
    return "version \(stage.version), code \(SHA256Digest.of(started.compact).hex)"
  }
}

extension PortManifest {
  /// The port without its help.
  fileprivate var json: JSONValue {
    [
      "name": .string(declaration.name), "kind": .string(declaration.kind.rawValue),
      "record": JSONValue(declaration.recordType), "list": .boolean(declaration.isList),
      "optional": .boolean(declaration.isOptional), "extends": JSONValue(extends),
      "media_type": JSONValue(mediaType),
      "columns": .array(
        declaration.columns.map { [.string($0.name), JSONValue($0.type?.name)] }),
    ]
  }
}

extension ParameterManifest {
  /// The parameter without its help.
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "takes": .string(type.schema.phrase),
      "required": .boolean(isRequired), "default": initial?.json ?? .null,
    ]
  }
}
