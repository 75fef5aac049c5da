/** Why a request cannot be answered; `refused` is a fault of the moment, `invalid-params` of the request. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly reason: 'invalid-params' | 'refused';
  constructor(reason: RequestError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
