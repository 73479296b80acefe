// SPDX-License-Identifier: EUPL-1.2

import Documents
import StageKit

extension PipelineReader {
  static let pluginKeys = ["path", "version", "network"]

  /// The `plugins:` block: a list of folders, or a map from the names of plugins to what is said of them.
  mutating func pluginBlocks(_ node: Node?) -> [PluginBlock] {
    guard let node, !node.isNull else { return [] }
    if let items = node.items {
      return items.compactMap { item in
        guard let path = item.text, !item.isNull else {
          report(
            .wrongType, "a plugin in a list is the path of its folder, not \(item.kindName)",
            at: item.span, help: "to say more, write a map: 'plugins: {name: {path: …}}'")
          return nil
        }
        return PluginBlock(name: nil, node: item, path: path, pathNode: item)
      }
    }
    guard let entries = node.entries else {
      report(
        .wrongType, "'plugins' takes a list of folders or a map by name, not \(node.kindName)",
        at: node.span)
      return []
    }
    return entries.compactMap { pluginBlock($0) }
  }

  private mutating func pluginBlock(_ entry: Node.Entry) -> PluginBlock? {
    var block = PluginBlock(name: entry.name, node: entry.key)
    let value = entry.value
    if value.isNull { return block }
    if let path = value.text {
      block.path = path
      block.pathNode = value
      return block
    }
    guard value.entries != nil else {
      report(
        .wrongType, "plugin '\(entry.name)' takes a folder or a map, not \(value.kindName)",
        at: value.span)
      return nil
    }
    allow(Self.pluginKeys, in: value, of: "a plugin")
    if let path = value["path"], !path.isNull {
      block.path = path.text
      block.pathNode = path
      if path.text == nil {
        report(.wrongType, "'path' takes a folder, not \(path.kindName)", at: path.span)
        return nil
      }
    }
    if let version = value["version"], !version.isNull {
      block.rangeNode = version
      block.range = version.text.flatMap { VersionRange($0) }
      if block.range == nil {
        report(
          .wrongType, "'version' takes a range of versions", at: version.span,
          help: "such as ^1.2, or >=1.2, <2")
      }
    }
    if let network = value["network"], !network.isNull {
      guard case .boolean(let grants) = network.scalar?.value else {
        report(.wrongType, "'network' takes true or false", at: network.span)
        return block
      }
      block.grantsNetwork = grants
    }
    return block
  }
}
