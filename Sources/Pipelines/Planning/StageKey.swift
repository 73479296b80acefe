// SPDX-License-Identifier: EUPL-1.2

public import Digests
public import Documents
import StageKit

/// What decides a stage's result: equal components, equal key, and the stored outputs are reused.
///
/// Never in it: the run, the pipeline's or stage's id, executor, resources, retries, timeouts, comments,
/// formatting, absolute paths, times.
public struct StageKey: Sendable, Hashable {
  public let digest: SHA256Digest
  /// Kept beside the key, so that `plan` can say what changed.
  public let components: JSONValue

  private static let prefix = Array("proeftuin.stage-key.v1\n".utf8)

  /// The key that these components have.
  public init(components: JSONValue) throws {
    self.components = components
    digest = SHA256Digest.of(try Self.prefix + components.canonical)
  }

  /// Collects what decides the result of an instance.
  ///
  /// `inputs` holds by port the digests that it delivers (the label enters only where the port is a list),
  /// `files` by parameter the digests of the files that the stage reads, `secrets` a keyed fingerprint of each
  /// value, and `experiment` the name that the stage writes into its output, where it does.
  init(
    _ instance: StageInstance, inputs: [String: [(label: String, digest: SHA256Digest)]],
    files: [String: [String]], secrets: [String: String], experiment: String?
  ) throws {
    let declaration = instance.declaration
    var members: [(String, JSONValue)] = [
      ("plugin", .string(declaration.plugin)),
      ("implementation", .string(declaration.implementation)),
      ("stage", .string(declaration.info.name)),
      ("parameters", instance.loaded.parameters),
    ]
    let ports = declaration.inputs.compactMap { port in
      inputs[port.name].map { delivered in
        (
          port.name,
          JSONValue.array(
            delivered.map { item in
              port.isList
                ? ["label": .string(item.label), "digest": .string(item.digest.hex)]
                : .string(item.digest.hex)
            })
        )
      }
    }
    members.append(("inputs", .object(members: ports)))
    let digests = files.sorted { $0.key < $1.key }.map { name, digests in
      (name, JSONValue.array(digests.map { .string($0) }))
    }
    members.append(("files", .object(members: digests)))
    if let seed = instance.seed { members.append(("seed", .string("\(seed)"))) }
    if !secrets.isEmpty {
      let fingerprints = secrets.sorted { $0.key < $1.key }
      members.append(
        ("secrets", .object(members: fingerprints.map { ($0.key, .string($0.value)) })))
    }
    let environment = instance.loaded.environment
    if !environment.isEmpty {
      let values = environment.sorted { $0.key < $1.key }
      // The digest of a value, since nobody knows what somebody keeps in a variable.
      let digests = values.map { ($0.key, JSONValue.string(SHA256Digest.of($0.value).hex)) }
      members.append(("environment", .object(members: digests)))
    }
    if let experiment { members.append(("experiment", .string(experiment))) }
    try self.init(components: .object(members: members))
  }
}
