// SPDX-License-Identifier: EUPL-1.2

/// The namespaces of the DMN standard's versions.
enum ModelVersion: String, CaseIterable {
  case oneZero = "http://www.omg.org/spec/DMN/20130901"
  case oneOne = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
  case oneTwo = "http://www.omg.org/spec/DMN/20180521/MODEL/"
  case oneThree = "https://www.omg.org/spec/DMN/20191111/MODEL/"
  case oneFour = "https://www.omg.org/spec/DMN/20211108/MODEL/"
  case oneFive = "https://www.omg.org/spec/DMN/20230324/MODEL/"
  case oneSix = "https://www.omg.org/spec/DMN/20240513/MODEL/"

  /// The version as people write it.
  var number: String {
    switch self {
    case .oneZero: "1.0"
    case .oneOne: "1.1"
    case .oneTwo: "1.2"
    case .oneThree: "1.3"
    case .oneFour: "1.4"
    case .oneFive: "1.5"
    case .oneSix: "1.6"
    }
  }

  static let feel = "https://www.omg.org/spec/DMN/20230324/FEEL/"
  private static let diagrams = "https://www.omg.org/spec/DMN/20230324/DMNDI/"

  private static let feels: Set = [
    "http://www.omg.org/spec/FEEL/20140401", "http://www.omg.org/spec/FEEL/20140401/",
    "http://www.omg.org/spec/DMN/20180521/FEEL/", "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/", "https://www.omg.org/spec/DMN/20230324/FEEL/",
    "https://www.omg.org/spec/DMN/20240513/FEEL/",
  ]

  private static let diagramSpaces: Set = [
    "http://www.omg.org/spec/DMN/20180521/DMNDI/", "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "https://www.omg.org/spec/DMN/20211108/DMNDI/", "https://www.omg.org/spec/DMN/20230324/DMNDI/",
    "https://www.omg.org/spec/DMN/20240513/DMNDI/",
  ]

  /// Whether an address stands for the language FEEL, in any version.
  static func isFEEL(_ address: String) -> Bool {
    feels.contains(address) || address.lowercased() == "feel"
  }

  static func isModel(_ namespace: String?) -> Bool {
    namespace.map { ModelVersion(rawValue: $0) != nil } ?? true
  }

  /// The address that stands in DMN 1.5 for one of another version; others stay as they are.
  static func current(_ address: String) -> String {
    if ModelVersion(rawValue: address) != nil { return ModelVersion.oneFive.rawValue }
    if isFEEL(address) { return feel }
    return diagramSpaces.contains(address) ? diagrams : address
  }
}
