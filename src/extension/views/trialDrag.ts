import { DataTransferItem, type TreeDragAndDropController } from 'vscode';
import type { TreeNode } from './collectTree.ts';
import { type DraggedTrial, trialMime } from './draggedTrial.ts';

/** Trials can be dragged out; nothing can be dropped on the tree. */
export const trialDrag: TreeDragAndDropController<TreeNode> = {
  dragMimeTypes: [trialMime],
  dropMimeTypes: [],
  handleDrag: (nodes, data) => {
    const [node, ...others] = nodes.filter((one) => one.kind === 'trial');
    if (node === undefined || others.length > 0) return;
    const dragged: DraggedTrial = { study: node.study, trial: node.trial };
    data.set(trialMime, new DataTransferItem(JSON.stringify(dragged)));
  },
};
