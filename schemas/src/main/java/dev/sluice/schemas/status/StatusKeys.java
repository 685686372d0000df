package dev.sluice.schemas.status;

import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.StreamId;

/** Keys of {@code sluice.status}: {@code <kind>/<id>}. */
public final class StatusKeys {

  public static final String CONTROLLER = "controller/active";
  public static final String STREAM = "stream/";
  public static final String APPLIER = "applier/";

  private StatusKeys() {}

  public static String of(StreamId stream) {
    return STREAM + stream;
  }

  public static String of(ApplierId applier) {
    return APPLIER + applier;
  }
}
