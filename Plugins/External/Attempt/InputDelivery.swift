// SPDX-License-Identifier: EUPL-1.2

import CProcess
import Digests
import Documents
import Glibc
import StageKit
import Tables

/// Lays the inputs of a stage down as files, and describes them for `context.json`.
///
/// A table that lies in the store as an Arrow file is not decoded and not even copied where a sandbox
/// keeps the program from writing to it: the same file gets a second name.
struct InputDelivery {
  let stage: StageManifest
  let folder: AttemptFolder
  /// The folder of inputs is read-only for the program, so that files may be shared with the store.
  let mayShare: Bool
  private(set) var json: [(String, JSONValue)] = []
  /// By port, the columns of a table.
  private(set) var columns: [String: [ColumnSchema]] = [:]
  /// By port, the path of a single input.
  private(set) var paths: [String: String] = [:]
  /// By parameter, the paths of the copies of the files that it names.
  private(set) var files: [String: [String]] = [:]

  init(stage: StageManifest, folder: AttemptFolder, mayShare: Bool) {
    self.stage = stage
    self.folder = folder
    self.mayShare = mayShare
  }

  mutating func deliver(_ inputs: [String: [Labeled<DeliveredArtifact>]]) throws {
    for port in stage.inputs {
      let declaration = port.declaration
      let delivered = inputs[declaration.name] ?? []
      if declaration.isList {
        var items: [JSONValue] = []
        for (position, item) in delivered.enumerated() {
          var described = try lay(item.value, port, name: "\(declaration.name)-\(position + 1)")
          described.insert(("label", .string(item.label)), at: 0)
          items.append(.object(members: described))
        }
        json.append((declaration.name, .array(items)))
      } else if let item = delivered.first {
        let described = try lay(item.value, port, name: declaration.name)
        json.append((declaration.name, .object(members: described)))
      }
    }
  }

  /// Copies the files that parameters name, so that the program may read them.
  mutating func copy(_ named: [String: [InputFile]]) throws(StageFault) {
    for (parameter, list) in named {
      var paths: [String] = []
      for (position, file) in list.enumerated() {
        let ending = file.fileExtension.isEmpty ? "" : ".\(file.fileExtension)"
        let path = "\(folder.inputs)/parameter-\(parameter)-\(position + 1)\(ending)"
        try FileCopy.copy(file.location, to: path)
        paths.append(path)
      }
      files[parameter] = paths
    }
  }

  /// The columns that parameters name are in the first table; `check` cannot always know.
  func checkColumns(_ settings: StageSettings) throws(StageFault) {
    guard let main = stage.inputs.first(where: { $0.declaration.kind == .table }),
      let names = columns[main.declaration.name]?.map(\.name)
    else { return }
    for parameter in stage.parameters where parameter.type.namesColumns {
      let value = settings.parameters[parameter.name] ?? .null
      for name in value.arrayValue?.compactMap(\.stringValue)
        ?? [value.stringValue].compactMap(\.self)
      where !names.contains(name) {
        throw StageFault(
          "its input '\(main.declaration.name)' has no column '\(name)'", at: parameter.name,
          help: Suggestion.question(for: name, among: names)
            ?? "the columns are " + names.prefix(20).joined(separator: ", "), kind: .user)
      }
    }
  }

  private mutating func lay(
    _ artifact: DeliveredArtifact, _ port: PortManifest, name: String
  ) throws -> [(String, JSONValue)] {
    let kind = port.declaration.kind
    if kind == .table { return try layTable(artifact, port, name: name) }
    let file = try artifact.file()
    var mediaType = file?.mediaType ?? "application/json"
    let path: String
    let digest: String
    if let file {
      path = "\(folder.inputs)/\(name).\(MediaType.fileExtension(of: mediaType))"
      try share(file.path, as: path)
      digest = file.sha256
    } else {
      let bytes: [UInt8]
      switch try artifact.artifact() {
      case .record(let record): bytes = try record.canonical
      case .file(let file): (bytes, mediaType) = (file.bytes, file.mediaType)
      case .table, .batches: throw StageFault("port '\(name)' takes a \(kind.rawValue)", kind: .bug)
      }
      path = "\(folder.inputs)/\(name).\(MediaType.fileExtension(of: mediaType))"
      try folder.write(bytes, to: path)
      digest = SHA256Digest.of(bytes).hex
    }
    paths[port.declaration.name] = path
    return [
      ("kind", .string(kind.rawValue)), ("path", .string(path)),
      ("format", .string(kind == .record ? "json" : mediaType)), ("sha256", .string(digest)),
    ]
  }

  private mutating func layTable(
    _ artifact: DeliveredArtifact, _ port: PortManifest, name: String
  ) throws -> [(String, JSONValue)] {
    let path = "\(folder.inputs)/\(name).\(stage.format.rawValue)"
    let digest: String
    let schema: [ColumnSchema]
    if stage.format == .arrow, let file = try artifact.file() {
      try share(file.path, as: path)
      digest = file.sha256
      schema = try ArrowFile.describe(path: path).schema
    } else {
      let table = try artifact.artifact().table()
      let bytes =
        stage.format == .arrow ? try ArrowFile.encode(table) : CSVWriter().bytes(table)
      try folder.write(bytes, to: path)
      digest = SHA256Digest.of(bytes).hex
      schema = table.schema
    }
    try check(schema, port)
    columns[port.declaration.name] = schema
    paths[port.declaration.name] = path
    return [
      ("kind", "table"), ("path", .string(path)), ("format", .string(stage.format.rawValue)),
      ("sha256", .string(digest)),
      ("columns", .object(members: schema.map { ($0.name, .string($0.type.name)) })),
    ]
  }

  /// The columns that the manifest asks for are there; `check` cannot always know.
  private func check(_ schema: [ColumnSchema], _ port: PortManifest) throws(StageFault) {
    for wanted in port.declaration.columns {
      guard let column = schema.first(where: { $0.name == wanted.name }) else {
        throw StageFault(
          "its input '\(port.declaration.name)' has no column '\(wanted.name)'",
          help: Suggestion.question(for: wanted.name, among: schema.map(\.name))
            ?? "the columns are " + schema.prefix(20).map(\.name).joined(separator: ", "),
          kind: .user)
      }
      if let type = wanted.type, !column.type.fits(type) {
        throw StageFault(
          "it needs column '\(wanted.name)' as \(type.name), and it is \(column.type.name)",
          help: "declare its type where it is read", kind: .user)
      }
    }
  }

  /// Gives a file of the store a second name here, or copies it where the program could write to it.
  private func share(_ source: String, as path: String) throws(StageFault) {
    if mayShare, link(source, path) == 0 { return }
    try FileCopy.copy(source, to: path)
  }
}

/// The names that files of a media type end in.
enum MediaType {
  private static let extensions = [
    "application/json": "json", "application/vnd.apache.arrow.file": "arrow", "text/html": "html",
    "text/csv": "csv", "text/plain": "txt", "text/markdown": "md", "image/svg+xml": "svg",
    "image/png": "png", "application/pdf": "pdf",
  ]

  static func fileExtension(of mediaType: String) -> String {
    extensions[mediaType.split(separator: ";").first.map { String($0) } ?? ""] ?? "bin"
  }
}

/// Copies files within the kernel, and without taking room where the disk can do so.
enum FileCopy {
  static func copy(_ source: String, to target: String) throws(StageFault) {
    let input = open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { throw fault(source) }
    defer { close(input) }
    let output = open(target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard output >= 0 else { throw fault(target) }
    defer { close(output) }
    while true {
      let count = cprocess_copy_range(input, output, 1 << 30)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        return try copyByHand(input, output, target)
      }
    }
  }

  /// Where the kernel cannot copy between these two places.
  private static func copyByHand(
    _ input: Int32, _ output: Int32, _ target: String
  ) throws(StageFault) {
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
      if count == 0 { return }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw fault(target) }
      var start = 0
      while start < count {
        let written = buffer[start..<count].withUnsafeBytes {
          Glibc.write(output, $0.baseAddress, $0.count)
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw fault(target) }
        start += written
      }
    }
  }

  private static func fault(_ path: String) -> StageFault {
    StageFault("'\(path)' cannot be copied: \(String(cString: strerror(errno)))", kind: .transient)
  }
}
