// SPDX-License-Identifier: EUPL-1.2

import Foundation
import Glibc
import Testing

/// The network needs three to agree: manifest, pipeline and policy.
@Suite(
  .enabled(
    if: ProbingPlugin.hasBubblewrap && ProbingPlugin.hasPython, "bubblewrap or python3 is missing"))
struct NetworkTests {
  /// Something that listens on this machine, so that a connection that is possible succeeds.
  private final class Listener {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let bound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
            && getsockname(descriptor, $0, &length) == 0
        }
      }
      try #require(bound)
      self.descriptor = descriptor
      port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
  }

  private func probe(_ listener: Listener) -> String {
    let code = "import socket; socket.create_connection(('127.0.0.1', \(listener.port)), 2).close()"
    return "try connect /usr/bin/python3 -c \"\(code)\""
  }

  @Test func `a plugin that asks for no network has none`() throws {
    let listener = try Listener()
    let plugin = try ProbingPlugin(probe(listener))
    defer { plugin.remove() }
    #expect(try plugin.run().could == ["connect": "no"])
  }

  @Test func `asking alone is a fault that says what to grant`() throws {
    let listener = try Listener()
    let plugin = try ProbingPlugin(probe(listener), manifest: "network: true")
    defer { plugin.remove() }
    #expect(try plugin.fault().contains("the pipeline does not grant it"))
  }

  @Test func `check tells of it before anything runs`() throws {
    let plugin = try ProbingPlugin("true", manifest: "network: true")
    defer { plugin.remove() }
    let answer = try plugin.program("check", "probing.yaml")
    #expect(answer.code == 1)
    #expect(answer.output.contains("error[network-not-granted]"))
    #expect(answer.output.contains("--> probing.yaml:5:10"), "\(answer.output)")
  }

  @Test func `a grant of the pipeline is not enough`() throws {
    let listener = try Listener()
    let plugin = try ProbingPlugin(
      probe(listener), manifest: "network: true", plugins: "{probe: {network: true}}")
    defer { plugin.remove() }
    #expect(try plugin.fault().contains("this machine's policy does not grant it"))
  }

  @Test func `a grant of the policy is not enough`() throws {
    let listener = try Listener()
    let plugin = try ProbingPlugin(
      probe(listener), manifest: "network: true", policy: "network: [probe]")
    defer { plugin.remove() }
    #expect(try plugin.fault().contains("the pipeline does not grant it"))
  }

  @Test func `with all three it connects`() throws {
    let listener = try Listener()
    let plugin = try ProbingPlugin(
      probe(listener), manifest: "network: true", policy: "network: [probe]",
      plugins: "{probe: {network: true}}")
    defer { plugin.remove() }
    #expect(try plugin.run().could == ["connect": "yes"])
  }
}
