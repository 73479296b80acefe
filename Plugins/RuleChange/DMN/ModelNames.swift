// SPDX-License-Identifier: EUPL-1.2

/// How the names of types and the references of a model read in DMN 1.5.
struct ModelNames {
  /// What a prefix stands for, anywhere in the document.
  private let spaces: [String: String]
  private let own: String
  private let imports: [(namespace: String, name: String, location: String?)]
  private let defined: Set<String>

  init(_ root: MarkupElement) {
    var spaces: [String: String] = [:]
    root.walk { element in
      for declaration in element.declarations where spaces[declaration.prefix] == nil {
        spaces[declaration.prefix] = declaration.namespace
      }
    }
    self.spaces = spaces
    own = root["namespace"] ?? ""
    imports = root.children("import").map {
      ($0["namespace"] ?? "", $0["name"] ?? "", $0["locationURI"])
    }
    defined = Set(root.children("itemDefinition").compactMap { $0["name"] })
  }

  /// A type's name: DMN 1.1 wrote it with a prefix, since 1.2 it stands alone or behind an import's.
  func type(_ written: String) -> String {
    let name = written.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !defined.contains(name) else { return name }
    guard let colon = name.firstIndex(of: ":") else { return Self.renamed[name] ?? name }
    let prefix = String(name[..<colon])
    let local = String(name[name.index(after: colon)...])
    guard let space = spaces[prefix] else {
      return prefix == "feel" ? Self.renamed[local] ?? local : name
    }
    if space == Self.schema { return Self.schemaTypes[local] ?? local }
    if space == own { return local }
    if ModelVersion.isFEEL(space) || ModelVersion.isModel(space) {
      return Self.renamed[local] ?? local
    }
    guard let found = imports.first(where: { $0.namespace == space }) else { return name }
    return found.name.isEmpty ? local : "\(found.name).\(local)"
  }

  /// A reference: `#id` in the model itself, `namespace#id` in another.
  func reference(_ written: String) -> String {
    let href = written.split(whereSeparator: \.isWhitespace).joined()
    guard let sign = href.lastIndex(of: "#") else {
      guard let colon = href.firstIndex(of: ":"), let space = spaces[String(href[..<colon])] else {
        return "#\(href)"
      }
      let id = href[href.index(after: colon)...]
      return space == own ? "#\(id)" : "\(space)#\(id)"
    }
    let base = String(href[..<sign])
    guard !base.isEmpty, base != own, !imports.contains(where: { $0.namespace == base }) else {
      return href
    }
    let byFile = imports.first { $0.location.map { Self.fileName($0) } == Self.fileName(base) }
    return byFile.map { "\($0.namespace)\(href[sign...])" } ?? href
  }

  private static func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map { String($0) } ?? path
  }

  private static let schema = "http://www.w3.org/2001/XMLSchema"

  /// Types under the names that earlier versions gave them.
  private static let renamed = [
    "dateTime": "date and time", "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
  ]

  private static let schemaTypes = [
    "decimal": "number", "integer": "number", "int": "number", "long": "number",
    "double": "number", "float": "number", "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
  ]
}

extension MarkupElement {
  /// The element and everything below it, from the top.
  func walk(_ body: (MarkupElement) -> Void) {
    body(self)
    for child in children { child.walk(body) }
  }
}
