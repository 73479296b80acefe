// SPDX-License-Identifier: EUPL-1.2

import FEEL
import Tables

/// Works out elements of decision models for one case, each at most once.
struct ModelEvaluation {
  typealias ElementID = DecisionModel.ElementID

  private let models: DecisionModels
  private let referenceDate: CalendarDate?
  private let depth: Int
  private let onError: (@Sendable (FEELFault) -> Void)?
  private var values: [ElementID: FEELValue]
  /// What is being worked out: a model whose decisions need each other in a circle has no values.
  private var open: Set<ElementID> = []

  /// Values that are given stand for inputs, and for decisions that need not be worked out.
  ///
  /// An error is null, as the standard says; whoever listens hears why.
  init(
    _ models: DecisionModels, given: [ElementID: FEELValue], referenceDate: CalendarDate? = nil,
    depth: Int = 0, onError: (@Sendable (FEELFault) -> Void)? = nil
  ) {
    self.models = models
    self.referenceDate = referenceDate
    self.depth = depth
    self.onError = onError
    values = [:]
    for (id, value) in given { values[id] = fitting(value, id) }
  }

  /// Tells an error that ended the evaluation.
  func tell(_ fault: FEELFault) { onError?(fault) }

  mutating func value(of id: ElementID) throws(FEELFault) -> FEELValue {
    if let value = values[id] { return value }
    guard let element = models[id] else {
      onError?(FEELFault(.unknownName, "there is no element '\(id.id)' that is required"))
      return .null
    }
    guard open.insert(id).inserted else {
      onError?(FEELFault(.tooDeep, "'\(element.name)' needs itself, in a circle"))
      return .null
    }
    defer { open.remove(id) }
    let value = try value(of: element, id)
    values[id] = value
    return value
  }

  private mutating func value(
    of element: DecisionModel.Element, _ id: ElementID
  ) throws(FEELFault) -> FEELValue {
    switch element.kind {
    case .input: return .null
    case .decision(let expression):
      return fitting(try expression?.evaluate(in: scope(of: element, id)) ?? .null, id)
    case .knowledge(let function):
      return .function(Self.function(function, element.name, in: try scope(of: element, id)))
    case .service(let service): return .function(function(service, element, id))
    }
  }

  /// The value as the type of an element's variable wants it.
  private func fitting(_ value: FEELValue, _ id: ElementID) -> FEELValue {
    guard let element = models[id], let types = models.models[id.namespace]?.types else {
      return value
    }
    let named = onError.map { tell in
      { @Sendable (fault: FEELFault) in
        var fault = fault
        fault.message = "'\(element.name)': \(fault.message)"
        tell(fault)
      }
    }
    return types.coerced(value, to: element.type, telling: named)
  }

  /// The names that an element sees: what it requires, with imported elements under their import.
  private mutating func scope(
    of element: DecisionModel.Element, _ id: ElementID
  ) throws(FEELFault) -> FEELScope {
    var scope = FEELScope(
      referenceDate: referenceDate, mode: models.models[id.namespace]?.mode ?? .feel)
    scope.callDepth = depth
    scope.types = models.models[id.namespace]?.types
    scope.onError = onError
    for required in element.requirements {
      guard let name = models[required]?.name else { continue }
      let value = try value(of: required)
      let prefix = models.models[id.namespace]?.imports[required.namespace] ?? ""
      guard required.namespace != id.namespace, !prefix.isEmpty else {
        scope.constants[name] = value
        continue
      }
      var context = scope.constants[prefix]?.context ?? FEELContext()
      context[name] = value
      scope.constants[prefix] = .context(context)
    }
    return scope
  }

  /// Knowledge may call itself.
  private static func function(
    _ function: BoxedFunction, _ name: String, in scope: FEELScope
  ) -> FEELFunction {
    FEELFunction(parameters: function.parameterNames) { (arguments, depth) throws(FEELFault) in
      var inner = scope
      inner.constants[name] = .function(Self.function(function, name, in: scope))
      return try function.function(in: inner).call(arguments, depth: depth - 2)
    }
  }

  /// A decision service as a function of its inputs; several outputs form a context.
  private func function(
    _ service: DecisionModel.Service, _ element: DecisionModel.Element, _ id: ElementID
  ) -> FEELFunction {
    let (models, referenceDate, onError) = (models, referenceDate, onError)
    let names = service.inputs.map { models[$0]?.name ?? "" }
    return FEELFunction(parameters: names, types: service.inputs.map { models[$0]?.type }) {
      (arguments, depth) throws(FEELFault) in
      let given = Dictionary(zip(service.inputs, arguments)) { $1 }
      var inner = ModelEvaluation(
        models, given: given, referenceDate: referenceDate, depth: depth, onError: onError)
      // An argument of another type makes the call an error.
      guard given.allSatisfy({ inner.took($1, as: $0) }) else { return .null }
      let types = models.models[id.namespace]?.types
      let value = try inner.outputs(of: service)
      return types?.coerced(value, to: types?.result(of: element.type)) ?? value
    }
  }

  /// Whether a value that was given has the type of its element.
  private func took(_ given: FEELValue, as id: ElementID) -> Bool {
    given.isNull || values[id]?.isNull == false
  }

  mutating func outputs(of service: DecisionModel.Service) throws(FEELFault) -> FEELValue {
    if service.outputs.count == 1 { return try value(of: service.outputs[0]) }
    var context = FEELContext()
    for id in service.outputs { context[models[id]?.name ?? ""] = try value(of: id) }
    return .context(context)
  }
}
