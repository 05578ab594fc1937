/** How each Envoy checks the endpoints of a service. Times are milliseconds. */
export interface HealthCheck {
  readonly kind:
    | {
        readonly http: {
          readonly path: string;
          readonly host?: string;
          /** Both ends belong to a range. */
          readonly expectedStatuses: readonly { readonly start: number; readonly end: number }[];
        };
      }
    | { readonly grpc: { readonly service?: string } }
    | { readonly tcp: true };
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly unhealthy: number;
  readonly healthy: number;
}

/** One address of a service. */
export interface ServiceAddress {
  /** IP literal (without brackets) or DNS name. */
  readonly host: string;
  readonly port: number;
  readonly zone?: string;
  readonly ip: boolean;
}

/** The addresses that a document gives to a service: the spec of everything that attaches to `services`. */
export interface ServiceAddresses {
  readonly addresses: readonly ServiceAddress[];
  readonly healthCheck?: HealthCheck;
}
