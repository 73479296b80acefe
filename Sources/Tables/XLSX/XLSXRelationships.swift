// SPDX-License-Identifier: EUPL-1.2

/// Which parts a part refers to, from its `.rels`.
final class XLSXRelationships: XLSXReceiver {
  struct Relationship {
    let id: String
    /// The last word of the type's address, the same in the transitional and the strict format.
    let kind: String
    /// The part's name inside the archive.
    let target: String
  }

  private(set) var all: [Relationship] = []
  let fault: XLSXFault? = nil
  private let folder: String

  /// Reads what a part refers to; the empty name stands for the package itself.
  init(of part: String, in archive: XLSXArchive) throws(XLSXFault) {
    let components = part.split(separator: "/")
    folder = components.dropLast().joined(separator: "/")
    let name = "_rels/\(components.last ?? "").rels"
    let path = folder.isEmpty ? name : "\(folder)/\(name)"
    guard archive.has(path) else { return }
    try XLSXMarkup.read(path, of: archive, into: self, upTo: archive.limits.listBytes)
  }

  func target(kind: String) -> String? { all.first { $0.kind == kind }?.target }

  func begin(_ element: XLSXName, _ attributes: XLSXAttributes) {
    guard element == "Relationship", let id = attributes["Id"], let target = attributes["Target"],
      attributes["TargetMode"] != "External"
    else { return }
    let kind = attributes["Type"]?.split(separator: "/").last ?? ""
    all.append(Relationship(id: id, kind: String(kind), target: resolved(target)))
  }

  func end(_ element: XLSXName) {}
  func text(_ bytes: UnsafeRawBufferPointer) {}

  private func resolved(_ target: String) -> String {
    var path = target.hasPrefix("/") ? [] : folder.split(separator: "/")
    for step in target.split(separator: "/") {
      switch step {
      case ".": break
      case "..": _ = path.popLast()
      default: path.append(step)
      }
    }
    return path.joined(separator: "/")
  }
}
