package dev.sluice.mysql.preflight;

import java.util.List;

/** One check: a pure function of the facts. Stateless. */
public interface PreflightCheck {

  /** The id that its findings carry. */
  String id();

  /** Its findings, at least one where it looked at something. */
  List<Finding> run(PreflightContext context);
}
