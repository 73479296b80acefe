// SPDX-License-Identifier: EUPL-1.2

/// A name that an expression uses and does not define itself.
public struct Reference: Sendable, Hashable {
  /// The name and the keys or properties after it, as `["parameters", "level"]`.
  public let path: [String]
  /// Where it stands in the source, in code points.
  public let range: Range<Int>

  public init(path: [String], range: Range<Int>) {
    self.path = path
    self.range = range
  }
}

extension Node {
  /// The names of a path such as `parameters.level`; nil for any other node.
  var path: [String]? {
    switch form {
    case .name(let name): [name]
    case .property(let base, let name): base.path.map { $0 + [name] }
    default: nil
    }
  }

  /// Whether `?` occurs.
  var usesInput: Bool {
    if case .input = form { return true }
    var found = false
    form.forEachChild { if $0.usesInput { found = true } }
    return found
  }

  /// The free names below, in order; names that may be keys of a filter's items are left out.
  var references: [Reference] {
    var found: [Reference] = []
    collect(into: &found, locals: [], mayBeKeys: false)
    return found
  }

  private func collect(into found: inout [Reference], locals: Set<String>, mayBeKeys: Bool) {
    if let path {
      if !mayBeKeys, !locals.contains(path[0]) { found.append(Reference(path: path, range: range)) }
      return
    }
    switch form {
    case .filter(let base, let condition):
      base.collect(into: &found, locals: locals, mayBeKeys: mayBeKeys)
      condition.collect(into: &found, locals: locals, mayBeKeys: true)
    case .call("is defined", _): break
    case .quantified(_, let iterators, let result), .loop(let iterators, let result):
      var inner = locals.union(["partial"])
      for iterator in iterators {
        iterator.source.collect(into: &found, locals: inner, mayBeKeys: mayBeKeys)
        iterator.end?.collect(into: &found, locals: inner, mayBeKeys: mayBeKeys)
        inner.insert(iterator.name)
      }
      result.collect(into: &found, locals: inner, mayBeKeys: mayBeKeys)
    case .function(let parameters, let result):
      result.collect(
        into: &found, locals: locals.union(parameters.map(\.name)), mayBeKeys: mayBeKeys)
    case .context(let entries):
      var inner = locals
      for (key, value) in entries {
        value.collect(into: &found, locals: inner, mayBeKeys: mayBeKeys)
        inner.insert(key)
      }
    default:
      form.forEachChild { $0.collect(into: &found, locals: locals, mayBeKeys: mayBeKeys) }
    }
  }
}
