import { conformanceOfHalf } from './registeredSamplers.ts';

conformanceOfHalf(0);
