// What an attempt of the record has come to, as a mark and in words.

import { shapeOf } from './marks.jsx';
import { guard, verdictWords } from './words.js';

export const kinds = { recovered: 'recovered', not_recovered: 'not_recovered', unstable: 'not_recovered', not_tolerated: 'not_tolerated', aborted: 'aborted', no_effect: 'no_effect', fault_stuck: 'fault_stuck', refused: 'refused', not_ended: 'failed', restart_failed: 'failed',
  lease_lost: 'failed', stopped: 'failed' };
export const shape = (a) => (a.verdict === null ? 'under_way' : a.verdict === 'recovered' && a.pace === 'slow' ? 'slow' : shapeOf({ kind: kinds[a.verdict] ?? 'unwatched' }));

export const what = (a) => {
  if (a.verdict === null) return 'under way';
  const words = verdictWords[a.verdict] ?? a.verdict;
  return a.verdict === 'refused' ? `refused: ${guard(a.refused_by)}` : `${words}${a.pace === 'slow' ? ', slower than its usual' : ''}`;
};

export const isBack = (a) => ['recovered', 'not_tolerated', 'aborted', 'no_effect'].includes(a.verdict);
