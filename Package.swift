// swift-tools-version: 6.2
// SPDX-License-Identifier: EUPL-1.2

import PackageDescription

/// What every Swift target is compiled with. The map of who may import whom is `Tests/LayeringTests`.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .treatAllWarnings(as: .error),
]

/// Targets that call no C are also held to strict memory safety.
let strict = house + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let numerics = Target.Dependency.product(name: "Numerics", package: "swift-numerics")

/// A stage plugin; it names its path because SwiftPM keeps `Plugins/` for package plugins.
func plugin(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Plugins/\(name)", swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources,
    swiftSettings: house)
}

/// What an agency may depend on from its own package.
let products = [
  "StageKit", "StageTesting", "Commands", "Experiments", "Documents", "Tables", "FEEL",
  "Statistics", "Reports", "PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation",
]

let package = Package(
  name: "proeftuin",
  products: [.executable(name: "proeftuin", targets: ["proeftuin"])]
    + products.map { .library(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
  ],
  targets: [
    // 0: the system's C libraries
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(
      name: "CLAPACK", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CDecimal", providers: [.apt(["libintelrdfpmath-dev"])]),
    .target(
      name: "CDistributions",
      linkerSettings: [.linkedLibrary("m"), .linkedLibrary("stdc++")]),
    // 1
    .target(name: "Documents", dependencies: ["CYAML", collections], swiftSettings: house),
    .target(name: "Digests", dependencies: [crypto], swiftSettings: strict),
    .target(
      name: "Tables", dependencies: ["CZip", "CExpat", collections], swiftSettings: house),
    // 2
    .target(name: "FEEL", dependencies: ["Tables", "CDecimal"], swiftSettings: house),
    // 3
    .target(
      name: "StageKit", dependencies: ["Documents", "Tables", "FEEL", logging],
      swiftSettings: strict),
    .target(name: "Experiments", dependencies: ["Documents", "Tables"], swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["Documents", "Tables", mustache],
      resources: [.embedInCode("Templates")], swiftSettings: house),
    .target(
      name: "Statistics", dependencies: ["Tables", "CLAPACK", "CDistributions", numerics],
      swiftSettings: house),
    // 4
    .target(
      name: "Pipelines", dependencies: ["StageKit", "Documents", "Tables", "FEEL", "Digests"],
      swiftSettings: strict),
    // 5
    plugin("PilotIntake", ["StageKit", "Experiments", "Documents", "Tables", "FEEL", "Digests"]),
    plugin("RuleChange", ["StageKit", "Experiments", "Documents", "Tables", "FEEL"]),
    plugin("ImpactMeasurement", ["StageKit", "Experiments", "Documents", "Tables", "Statistics"]),
    plugin(
      "Evaluation",
      ["StageKit", "Experiments", "Documents", "Tables", "Statistics", "Reports"]),
    .target(
      name: "StageTesting", dependencies: ["Pipelines", "StageKit", "Documents", "Tables"],
      swiftSettings: strict),
    .target(
      name: "RunStore",
      dependencies: ["Pipelines", "StageKit", "Documents", "Tables", "Digests", database],
      swiftSettings: house),
    // 7 and 8 (6, the web pages, is a later issue)
    .target(
      name: "Commands",
      dependencies: [
        "RunStore", "Pipelines", "Reports", "StageKit", "Experiments", "Documents", "Tables",
        argumentParser,
      ],
      swiftSettings: house),
    .executableTarget(
      name: "proeftuin",
      dependencies: [
        "Commands", "PilotIntake", "RuleChange", "ImpactMeasurement", "Evaluation",
      ],
      swiftSettings: strict),
  ]
)
