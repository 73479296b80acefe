// SPDX-License-Identifier: EUPL-1.2

import Documents
import Foundation
import StageKit

/// Checks of what a plugin says of itself, before any program is started.
enum DeclarationChecks {
  static let all = [described, code, program, helper]

  static let described = ConformanceCheck(
    name: "described", demand: "The plugin says who looks after it and under which licence.",
    mend:
      "give 'owner:', 'licence:' (an SPDX identifier such as EUPL-1.2), 'summary:', and for all that is "
      + "declared a sentence of help that ends with a full stop"
  ) { plugin in
    let manifest = plugin.manifest
    let missing = [
      ("owner", manifest.owner), ("licence", manifest.licence), ("summary", manifest.summary),
    ].filter { $0.1?.isEmpty ?? true }.map(\.0)
    guard missing.isEmpty else { return .failed("missing: " + missing.joined(separator: ", ")) }
    var vague: [String] = []
    for stage in manifest.stages {
      var texts = [(stage.name, stage.summary)]
      texts += stage.parameters.map { ("\(stage.name).\($0.name)", $0.help) }
      texts += (stage.inputs + stage.outputs).map {
        ("\(stage.name).\($0.declaration.name)", $0.declaration.help)
      }
      vague += texts.filter { $0.1.count < 6 || !$0.1.hasSuffix(".") }.map(\.0)
    }
    vague = vague.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    return vague.isEmpty
      ? .passed()
      : .failed(
        "without a sentence of six letters or more that ends with a full stop: "
          + vague.joined(separator: ", "))
  }

  static let code = ConformanceCheck(
    name: "code", demand: "Every file in the languages of the plugin is part of the stage key.",
    mend:
      "add the files to 'code:' (**/*.py takes in folders), or stages will not run again when they change"
  ) { plugin in
    let covered = Set(plugin.manifest.codeFiles)
    func ending(_ path: String) -> String { (path as NSString).pathExtension }
    let languages = Set(covered.map(ending)).intersection([
      "py", "R", "r", "sh", "sql", "awk", "jl", "js", "pl", "rb",
    ])
    let missing = CodeDigest.paths(in: plugin.manifest.folder).filter { path in
      languages.contains(ending(path)) && !covered.contains(path) && !isTest(path)
    }.sorted()
    return missing.isEmpty
      ? .passed("\(covered.count) \(covered.count == 1 ? "file" : "files")")
      : .failed(missing.prefix(8).joined(separator: ", ") + " not under 'code:'")
  }

  /// Tests decide no results.
  private static func isTest(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent.lowercased()
    return name.hasPrefix("test") || name.contains("_test.") || path.hasPrefix("tests/")
  }

  static let program = ConformanceCheck(
    name: "program", demand: "The program of every command is on this machine.",
    mend: "install it, or name where it is in the policy file under 'commands:'"
  ) { plugin in
    let manifest = plugin.manifest
    var found: Set<String> = []
    for command in ([manifest.command] + manifest.stages.map(\.command)).compactMap(\.self) {
      do throws(StageFault) {
        let program = try Program(
          command.arguments[0], arguments: [], of: manifest, at: command.place,
          policy: plugin.policy)
        found.insert(program.path)
      } catch {
        return .failed(error.message)
      }
    }
    return .passed(found.sorted().joined(separator: ", "))
  }

  static let helper = ConformanceCheck(
    name: "helper", demand: "The helper in the plugin's folder is the one of this version.",
    mend: "fetch it anew: proeftuin plugin helper FOLDER"
  ) { plugin in
    let folder = Program.absolute(plugin.manifest.folder)
    let languages = StageLanguage.allCases.filter {
      FileStatusCheck.isFile("\(folder)/\($0.fileName)")
    }
    guard !languages.isEmpty else { return .skipped("the plugin has no helper of ours") }
    let other = languages.filter {
      FileManager.default.contents(atPath: "\(folder)/\($0.fileName)").map { Array($0) } != $0.bytes
    }
    return other.isEmpty
      ? .passed(languages.map(\.fileName).joined(separator: ", "))
      : .failed(other.map(\.fileName).joined(separator: ", ") + " is another one")
  }
}
