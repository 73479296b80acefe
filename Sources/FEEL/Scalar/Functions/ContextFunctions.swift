// SPDX-License-Identifier: EUPL-1.2

extension BuiltIn {
  /// Functions that make contexts of other values.
  static let contexts: [BuiltIn] = [
    BuiltIn("context(entries)", result: .other) {
      var context = FEELContext()
      for entry in $0.list(0) {
        guard let key = entry.context?["key"]?.string, let value = entry.context?["value"],
          context[key] == nil
        else { throw $0.invalid("an entry has a 'key' that no other has, and a 'value'") }
        context[key] = value
      }
      return .context(context)
    },
    BuiltIn(
      "context put(context, key, value)", "context put(context, keys, value)", result: .other,
      seesNull: true
    ) {
      guard case .context(let context) = $0.single(0) else { throw $0.wrongKind(0, "context") }
      let keys = $0.value(1).list ?? [$0.value(1)]
      guard !keys.isEmpty, keys.allSatisfy({ $0.string != nil }) else {
        throw $0.wrongKind(1, "text")
      }
      let path = keys.compactMap(\.string)
      guard let changed = put($0.value(2), at: path[...], in: context) else {
        throw $0.invalid("the context holds no context under a key")
      }
      return .context(changed)
    },
    BuiltIn("context merge(contexts)", result: .other) {
      var merged = FEELContext()
      for value in $0.list(0) {
        guard case .context(let context) = value else { throw $0.wrongKind(0, "list of contexts") }
        for (key, value) in context.entries { merged[key] = value }
      }
      return .context(merged)
    },
  ]

  /// Nil where a key on the way leads to no context.
  private static func put(
    _ value: FEELValue, at path: ArraySlice<String>, in context: FEELContext
  ) -> FEELContext? {
    guard let key = path.first else { return nil }
    var context = context
    if path.count == 1 {
      context[key] = value
    } else {
      guard let inner = context[key]?.context,
        let changed = put(value, at: path.dropFirst(), in: inner)
      else { return nil }
      context[key] = .context(changed)
    }
    return context
  }
}
