package dev.sluice.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.controller.cutover.PreconditionException;
import dev.sluice.controller.cutover.UndoneException;
import dev.sluice.controller.preflight.RefusedException;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An error as REST shows it.
 *
 * @param status of HTTP
 */
public record ApiError(int status, String errorCode, String message, Map<String, Object> details) {

  /** The body of the answer. */
  public Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("errorCode", errorCode);
    body.put("message", message);
    body.put("details", details);
    // what callers decide by stands where they need not look for it
    for (String key : List.of("failed", "legalActions")) {
      if (details.containsKey(key)) {
        body.put(key, details.get(key));
      }
    }
    return body;
  }

  static ApiError of(int status, String errorCode, String message, String remedy) {
    return new ApiError(status, errorCode, message, Map.of("remedy", remedy));
  }

  static ApiError of(Exception error) {
    if (error instanceof ApiException known) {
      return known.error();
    }
    if (error instanceof RefusedException refused) {
      return new ApiError(
          422, "refused", refused.getMessage(), Map.of("findings", refused.findings()));
    }
    if (error instanceof PreconditionException refused) {
      return new ApiError(
          412, "precondition", refused.getMessage(), Map.of("failed", refused.failed()));
    }
    if (error instanceof UndoneException undone) {
      return of(undone);
    }
    if (error instanceof JsonProcessingException json) {
      return of(
          400,
          "invalidRequest",
          "the body is not JSON: " + json.getOriginalMessage(),
          "send a JSON object");
    }
    if (error instanceof SluiceException known) {
      return of(known);
    }
    return of(
        500,
        ErrorCode.INTERNAL.name(),
        "unexpected " + error,
        "look at the server's log and report a bug");
  }

  private static ApiError of(UndoneException undone) {
    SluiceException why = undone.why();
    boolean timeout = why.code() == ErrorCode.SWITCH_TIMEOUT;
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("remedy", why.remedy());
    details.put("startState", undone.outcome().startState());
    details.put("currentState", undone.outcome().currentState());
    details.put("steps", undone.outcome().steps());
    return new ApiError(
        timeout ? 504 : of(why).status(),
        timeout ? "timeout" : why.code().name(),
        undone.getMessage(),
        details);
  }

  private static ApiError of(SluiceException error) {
    return switch (error.code()) {
      case ALREADY_EXISTS -> of(409, "alreadyExists", error.getMessage(), error.remedy());
      case NOT_FOUND -> of(404, "notFound", error.getMessage(), error.remedy());
      case ILLEGAL_STATE -> of(409, "illegalState", error.getMessage(), error.remedy());
      case SWITCH_TIMEOUT -> of(504, "timeout", error.getMessage(), error.remedy());
      case PREFLIGHT_REFUSED, TARGET_SCHEMA_MISMATCH, VALUE_NOT_CARRIED ->
          of(422, "refused", error.getMessage(), error.remedy());
      default ->
          of(
              error.retryable() ? 503 : 500,
              error.code().name(),
              error.getMessage(),
              error.remedy());
    };
  }

  /** This error with the actions that are legal now. */
  ApiError withLegalActions(List<String> legalActions) {
    Map<String, Object> more = new LinkedHashMap<>(details);
    more.put("legalActions", legalActions);
    return new ApiError(status, errorCode, message, more);
  }
}
