package dev.sluice.controller.preflight;

import java.util.List;
import java.util.stream.Collectors;

/** A workflow that is not created, with everything that stands against it. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  /**
   * @param findings all of them, those that refuse and the others
   */
  public RefusedException(List<Finding> findings) {
    super(
        findings.stream()
            .filter(Finding::refuses)
            .map(finding -> finding.object() + ": " + finding.message())
            .collect(Collectors.joining("; ")));
    this.findings = List.copyOf(findings);
  }

  public List<Finding> findings() {
    return findings;
  }

  /** Fails when one of the findings refuses. */
  public static void throwIfAny(List<Finding> findings) {
    if (findings.stream().anyMatch(Finding::refuses)) {
      throw new RefusedException(findings);
    }
  }
}
