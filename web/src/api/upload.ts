/* SPDX-License-Identifier: Apache-2.0 */
/* Sends a file as it lies on the disk: the browser reads it piece by piece, however large it is, and says how far. */
import { get } from './client';

export async function sendFile<T>(path: string, file: File, onPart: (part: number) => void): Promise<T> {
  // A session that is about to end is renewed before, since a sent file cannot be sent again silently.
  await get('/api/v1/auth/me');
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Content-Type', 'text/csv');
    request.upload.onprogress = (event) => onPart(event.lengthComputable ? event.loaded / event.total : 0);
    request.onerror = () => reject(new Error('unreachable'));
    request.onload = () => {
      const body = JSON.parse(request.responseText || '{}');
      if (request.status < 300) resolve(body.data as T);
      else reject(new Error(body.error?.details?.[0]?.message ?? body.error?.message ?? request.statusText));
    };
    request.send(file);
  });
}
