package dev.sluice.tests.compare;

import java.util.ArrayList;
import java.util.List;

/** What {@link JournalAudit} found. Not thread-safe. */
public final class AuditReport {

  private static final int MOST_PROBLEMS = 40;

  private final List<String> problems = new ArrayList<>();
  private long moreProblems;
  long cuts;
  long copiedRows;
  long changes;
  long orphans;
  long transactionsChecked;

  void problem(String text) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(text);
    } else {
      moreProblems++;
    }
  }

  public boolean clean() {
    return problems.isEmpty();
  }

  public List<String> problems() {
    return List.copyOf(problems);
  }

  public long cuts() {
    return cuts;
  }

  /** Records of COPY cuts. */
  public long copiedRows() {
    return copiedRows;
  }

  /** Records of STREAM cuts. */
  public long changes() {
    return changes;
  }

  /** Committed records outside every cut: what a crash left behind, which readers pass over. */
  public long orphans() {
    return orphans;
  }

  /** Transactions of the ledger that were looked for. */
  public long transactionsChecked() {
    return transactionsChecked;
  }

  @Override
  public String toString() {
    return cuts
        + " cuts, "
        + copiedRows
        + " copied rows, "
        + changes
        + " changes, "
        + orphans
        + " orphans, "
        + transactionsChecked
        + " transactions checked"
        + (clean()
            ? ", no problem"
            : ", problems: "
                + String.join("\n  ", problems)
                + (moreProblems > 0 ? "\n  and " + moreProblems + " more" : ""));
  }
}
