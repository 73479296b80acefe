// SPDX-License-Identifier: EUPL-1.2

extension CheckedPipeline {
  /// The pipeline without everything that a stage, or one instance of it, does not need.
  ///
  /// - Parameter name: A stage's id, or an instance such as `sites[center=Anacostia]`.
  /// - Returns: nil where nothing has that name.
  public func limited(to name: String) -> CheckedPipeline? {
    let wanted = instances.indices.filter {
      instances[$0].id.stage == name || "\(instances[$0].id)" == name
    }
    guard !wanted.isEmpty else { return nil }
    var needed = Set(wanted)
    var rest = wanted
    while let position = rest.popLast() {
      for dependency in instances[position].dependencies where needed.insert(dependency).inserted {
        rest.append(dependency)
      }
    }
    let kept = needed.sorted()
    let places = Dictionary(
      kept.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return CheckedPipeline(
      document: document, values: values, referenceDate: referenceDate,
      instances: kept.map { position in
        instances[position].rewired { places[$0] }
      })
  }
}

extension StageInstance {
  fileprivate func rewired(_ place: (Int) -> Int?) -> StageInstance {
    StageInstance(
      id: id, block: block, declaration: declaration, loaded: loaded,
      inputs: inputs.mapValues { sources in
        sources.compactMap { source in
          place(source.instance).map { InputSource(instance: $0, port: source.port) }
        }
      },
      seed: seed, files: files, secrets: secrets, isWanted: isWanted,
      parameterSpans: parameterSpans)
  }
}
