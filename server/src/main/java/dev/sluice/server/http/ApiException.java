package dev.sluice.server.http;

/** Ends a call with an error. */
final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  ApiException(ApiError error) {
    super(error.message());
    this.error = error;
  }

  ApiException(int status, String errorCode, String message, String remedy) {
    this(ApiError.of(status, errorCode, message, remedy));
  }

  ApiError error() {
    return error;
  }
}
