package dev.sluice.tests.e2e;

import java.util.List;

/** How the roles are put into processes. */
enum Layout {
  ALL_IN_ONE("controller,capture,apply"),
  A_PROCESS_A_ROLE("controller", "capture", "apply");

  private final List<String> processes;

  Layout(String... processes) {
    this.processes = List.of(processes);
  }

  /** The roles of each process. */
  List<String> processes() {
    return processes;
  }

  /** The roles of the process that a pause point lies in. */
  String rolesAt(String pausePoint) {
    if (this == ALL_IN_ONE) {
      return processes.get(0);
    }
    if (pausePoint.startsWith("APPLY_")) {
      return "apply";
    }
    return pausePoint.startsWith("CONTROLLER_") ? "controller" : "capture";
  }
}
