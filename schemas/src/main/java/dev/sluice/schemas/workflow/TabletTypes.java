package dev.sluice.schemas.workflow;

import java.util.Collection;
import java.util.List;

/** What a routing rule is for: writes and reads of the primary, and reads of replicas. */
public final class TabletTypes {

  /** Takes writes; only one side serves it at a time (I12). */
  public static final String PRIMARY = "primary";

  public static final String REPLICA = "replica";
  public static final String RDONLY = "rdonly";

  /** All, in the order in which they are shown. */
  public static final List<String> ALL = List.of(PRIMARY, REPLICA, RDONLY);

  private TabletTypes() {}

  /**
   * The types in the order of {@link #ALL}, each once.
   *
   * @throws IllegalArgumentException naming the ones that do not exist, or when there is none
   */
  public static List<String> checked(Collection<String> types) {
    List<String> unknown = types.stream().filter(type -> !ALL.contains(type)).toList();
    if (!unknown.isEmpty() || types.isEmpty()) {
      throw new IllegalArgumentException(
          (types.isEmpty() ? "no tablet type" : "unknown tablet types " + unknown)
              + "; there are "
              + ALL);
    }
    return ALL.stream().filter(types::contains).toList();
  }
}
